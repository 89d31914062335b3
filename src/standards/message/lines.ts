import { LF } from '#base/bytes'

interface Counted {
  readonly kind: string
  readonly type: string
  readonly body: number
  readonly end: number
  lines: number
}

/**
 * Counts the line ends in the bodies of text and message parts. Messages lie within messages, so their stretches
 * overlap; every byte is still looked at no more than once: counts are taken between neighbouring edges and summed.
 */
export function countLines(bytes: Uint8Array, parts: readonly Counted[]): void {
  const counted = parts.filter(part => part.kind === 'message' || part.type === 'text')
  if (counted.every(part => part.kind !== 'message')) {
    for (const part of counted) part.lines = lineEnds(bytes, part.body, part.end)
    return
  }
  const turns = new Map<number, number>()
  for (const { body, end } of counted) {
    turns.set(body, (turns.get(body) ?? 0) + 1)
    turns.set(end, (turns.get(end) ?? 0) - 1)
  }
  const sums = new Map<number, number>()
  let covering = 0
  let sum = 0
  let before = 0
  for (const edge of [...turns.keys()].sort((a, b) => a - b)) {
    if (covering > 0) sum += lineEnds(bytes, before, edge)
    sums.set(edge, sum)
    covering += turns.get(edge) as number
    before = edge
  }
  for (const part of counted) part.lines = (sums.get(part.end) as number) - (sums.get(part.body) as number)
}

/** Four bytes at a time: a word without an LF in it is told by arithmetic, and most words have none. */
function lineEnds(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0
  let at = from
  for (; at < to && ((bytes.byteOffset + at) & 3) !== 0; at++) if (bytes[at] === LF) lines++
  const words = at < to ? (to - at) >> 2 : 0
  if (words > 0) {
    const view = new Int32Array(bytes.buffer, bytes.byteOffset + at, words)
    for (let i = 0; i < words; i++) {
      const zeroed = (view[i] as number) ^ 0x0a0a0a0a
      if (((zeroed - 0x01010101) & ~zeroed & 0x80808080) === 0) continue
      if ((zeroed & 0xff) === 0) lines++
      if ((zeroed & 0xff00) === 0) lines++
      if ((zeroed & 0xff0000) === 0) lines++
      if (zeroed >>> 24 === 0) lines++
    }
    at += words * 4
  }
  for (; at < to; at++) if (bytes[at] === LF) lines++
  return lines
}
