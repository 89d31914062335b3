import type { Result } from '#base/result'
import type { AcceptedMail, DecisionRecord, EntryId, QueueEntry, RecipientState } from './entry.ts'

export type QueueFailure = 'no-space' | 'store-closed'

/** What is known of a past transaction. */
export interface FoundDecision extends DecisionRecord {
  readonly entry?: EntryId
}

/**
 * Letters we have answered for and not yet handed on. Content, entry and decision record are durable when `commit`
 * resolves, shared with everybody who came while the last write ran. Only then may anybody say `250`.
 */
export interface MailQueue {
  commit(mail: AcceptedMail): Promise<Result<QueueEntry, QueueFailure>>
  /** Recipients' new states, by place; an entry all of whose recipients are delivered is gone. Rides with the next group. */
  update(id: EntryId, states: readonly (RecipientState | undefined)[]): Promise<Result<void, QueueFailure>>
  /** Everything that is still to be done, oldest first: what a start after a crash goes through. */
  list(): Promise<readonly QueueEntry[]>
  find(id: EntryId): Promise<QueueEntry | undefined>
  /** Takes an entry out, whatever its state: an administrator's act. */
  remove(id: EntryId): Promise<Result<boolean, QueueFailure>>
  /** Keeps the record of a transaction that left no entry. Nobody waits for it. */
  recordDecision(decision: DecisionRecord): void
  /** The newest first. */
  listDecisions(limit: number): Promise<readonly FoundDecision[]>
}
