/** `*` in a sequence set: the largest number in use. RFC 3501 §9 seq-number. */
export const star = Number.POSITIVE_INFINITY

/** One range of a sequence set as the client wrote it; either end may be the larger one. RFC 3501 §9 seq-range. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/** Message numbers or UIDs, as the client wrote them: unsorted, overlapping, with `star`. */
export type SequenceSet = readonly NumberRange[]

/** Sorted, apart from each other, `from <= to`, no `star`: at most one range a message that there is. */
export type Ranges = readonly NumberRange[]

/**
 * The same numbers in order, each once, up to `last`, which `*` stands for. Whatever the client wrote, walking the
 * result costs no more than there are messages. A `*` in an empty mailbox names nothing.
 */
export function normalise(set: SequenceSet, last: number): Ranges {
  const ordered: NumberRange[] = []
  for (const range of set) {
    const a = range.from === star ? last : range.from
    const b = range.to === star ? last : range.to
    const from = Math.max(1, Math.min(a, b))
    const to = Math.min(last, Math.max(a, b))
    if (from <= to) ordered.push({ from, to })
  }
  if (ordered.length < 2) return ordered
  ordered.sort((a, b) => a.from - b.from)
  const ranges: NumberRange[] = []
  let open = ordered[0] as NumberRange
  for (const range of ordered) {
    if (range.from > open.to + 1) {
      ranges.push(open)
      open = range
    } else if (range.to > open.to) open = { from: open.from, to: range.to }
  }
  ranges.push(open)
  return ranges
}

/** Does the set name a number above `last`? RFC 3501 §9: a message number that is not there is the client's fault. */
export function reachesBeyond(set: SequenceSet, last: number): boolean {
  for (const { from, to } of set) if ((from !== star && from > last) || (to !== star && to > last)) return true
  return last === 0 && set.some(({ from, to }) => from === star && to === star)
}

export function inRanges(ranges: Ranges, number: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = ranges[middle] as NumberRange
    if (number < range.from) high = middle - 1
    else if (number > range.to) low = middle + 1
    else return true
  }
  return false
}

/** Sorted numbers as the set that a response shows: `1:3,7`. RFC 4315 §3: no order is lost, runs are drawn together. */
export function encodeNumbers(numbers: Uint32Array | readonly number[]): string {
  let text = ''
  for (let i = 0; i < numbers.length; ) {
    const from = numbers[i] as number
    let end = i + 1
    while (end < numbers.length && numbers[end] === (numbers[end - 1] as number) + 1) end++
    text += `${i > 0 ? ',' : ''}${from}${end - i > 1 ? `:${numbers[end - 1]}` : ''}`
    i = end
  }
  return text
}
