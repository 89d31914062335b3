import type { Result } from '#base/result'
import type { RecipientState } from '#mail/queue'
import type { ReferencedSegment } from './check-segments.ts'

export type QueueOp =
  | {
      readonly op: 'commit'
      readonly entry: EntryRow
      readonly decision: DecisionRow
    }
  | { readonly op: 'update'; readonly id: number; readonly states: readonly (RecipientState | undefined)[] }
  | { readonly op: 'remove'; readonly id: number }
  | { readonly op: 'decision'; readonly decision: DecisionRow }
  | { readonly op: 'begin-segment'; readonly segment: number }
  | { readonly op: 'end-segment'; readonly segment: number; readonly length: number }
  /** The first of each run: gives what the run has to know. The segments are those that an earlier run left. */
  | { readonly op: 'start'; readonly generation: number; readonly segments: readonly ReferencedSegment[] }
  /** The last of a run: ids go on behind the last one given. */
  | { readonly op: 'stop'; readonly nextEntry: number }

/** In the order of the columns of `entry`, but for the states: nothing has been tried yet. */
export type EntryRow = readonly [
  id: number,
  received: number,
  sender: string,
  marks: number,
  segment: number,
  offset: number,
  size: number,
  localPrefix: number,
  recipientCount: number,
  recipients: string,
]

export type DecisionRow = readonly [at: number, entry: number | null, segment: number, offset: number, length: number]

export interface QueueStart {
  readonly nextEntry: number
}

/** The value is `QueueStart` for 'start', whether something was there for 'remove', else nothing. */
export type QueueAnswer = Result<QueueStart | boolean | undefined, 'no-space' | 'store-closed'>

export const marks = { smtpUtf8: 1, eightBit: 2, dotted: 4 } as const

/** Where the record of a past decision lies. */
export interface FoundRow {
  readonly entry: number | null
  readonly segment: number
  readonly offset: number
  readonly length: number
}
