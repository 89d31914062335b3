import type { Instant } from '#base/clock'
import type { Named } from '#base/named'
import type { ContentDraft, StoredContent } from '#mail/store'

/** Named in the `250` and in every log line about the letter. Rises, never reused. */
export type EntryId = Named<number, 'EntryId'>
export const entryId = (n: number): EntryId => n as EntryId

/** RFC 5321 §2.3.1. The sender `''` is the null reverse-path `<>`. */
export interface Envelope {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly smtpUtf8: boolean
  readonly eightBit: boolean
}

export type RecipientState =
  | { readonly state: 'waiting' }
  | { readonly state: 'delivered'; readonly at: Instant }
  /** For a later attempt; nothing tries before `until`. */
  | { readonly state: 'deferred'; readonly until: Instant; readonly attempts: number; readonly why: string }
  /** Kept where an administrator can see it: demo mode's outbound mail. */
  | { readonly state: 'caught'; readonly at: Instant }

export interface QueueRecipient {
  readonly address: string
  readonly state: RecipientState
}

/** A letter we have answered for. It leaves the queue when every recipient is delivered. */
export interface QueueEntry {
  readonly id: EntryId
  readonly received: Instant
  readonly sender: string
  readonly recipients: readonly QueueRecipient[]
  readonly smtpUtf8: boolean
  readonly eightBit: boolean
  readonly content: StoredContent
  /** How many of the content's first bytes (Return-Path) stay at home when the letter is sent on. */
  readonly localPrefix: number
}

/** A letter about to be accepted: its content not yet on disk. */
export interface AcceptedMail {
  readonly received: Instant
  readonly envelope: Envelope
  readonly draft: ContentDraft
  /** Trace lines before the draft's bytes, given the id that the entry gets. */
  readonly prefix: (id: EntryId) => { readonly bytes: Uint8Array; readonly local: number }
  readonly decision: DecisionRecord
}

/**
 * What one SMTP transaction heard, asked and decided: kept 30 days, so that "where is my message?" has an answer
 * and a changed policy can be tried on past mail. Plain JSON.
 */
export interface DecisionRecord {
  readonly at: Instant
  readonly door: 'mx' | 'submission' | 'lmtp' | 'ourselves'
  readonly peer: { readonly address: string; readonly helo: string; readonly tls?: string; readonly user?: string }
  readonly sender: string
  readonly recipients: readonly string[]
  readonly size: number
  readonly decided: readonly Decided[]
  /** The reply to the end of data, or the one that ended the transaction before. */
  readonly outcome: string
}

export interface Decided {
  readonly rule: string
  readonly about?: string
  readonly verdict: string
}
