import type { Change } from '#mail/store'
import { type NumberRange, star } from '#standards/imap'

export const none: Uint32Array = new Uint32Array(0)

/** How many of the sorted UIDs are smaller. */
export function before(uids: Uint32Array, uid: number): number {
  let low = 0
  let high = uids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((uids[middle] as number) < uid) low = middle + 1
    else high = middle
  }
  return low
}

/** Those up to `last`. */
export function known(uids: Uint32Array, last: number): Uint32Array {
  const count = before(uids, last + 1)
  return count === uids.length ? uids : uids.subarray(0, count)
}

export function merged(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const both = new Uint32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both.sort()
}

/** The UIDs of changes of flags, each once, rising. */
export function uidsOf(changes: readonly Change[]): Iterable<number> {
  const lists = changes.map(({ what }) => (what.kind === 'flags' ? what.uids : none))
  if (lists.length <= 1) return lists[0] ?? none
  return [...new Set(lists.flatMap(uids => [...uids]))].sort((a, b) => a - b)
}

/** `*` is the largest in use; a range may be written either way round. RFC 9051 §9 seq-range. */
export function ordered({ from, to }: NumberRange, last: number): readonly [number, number] {
  const a = from === star ? last : from
  const b = to === star ? last : to
  return a <= b ? [a, b] : [b, a]
}

/** Each once and in order, however often and in whatever order the ranges name it. */
export function collect(
  ranges: readonly (readonly [number, number])[],
  walk: (from: number, to: number, take: (uid: number) => void) => void,
): Uint32Array {
  const uids: number[] = []
  let done = 0
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (to > done) walk(Math.max(from, done + 1), to, uid => uids.push(uid))
    done = Math.max(done, to)
  }
  return Uint32Array.from(uids)
}
