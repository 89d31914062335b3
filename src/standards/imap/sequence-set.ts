/** `*` in a sequence set: the largest number in use. RFC 3501 §9 seq-number. */
export const star = Number.POSITIVE_INFINITY

/** One range of a sequence set as the client wrote it; either end may be the larger one. RFC 3501 §9 seq-range. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/** Message numbers or UIDs, as the client wrote them: unsorted, overlapping, with `star`. */
export type SequenceSet = readonly NumberRange[]
