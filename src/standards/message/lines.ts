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

function lineEnds(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0
  for (let at = from; at < to; at++) if (bytes[at] === LF) lines++
  return lines
}
