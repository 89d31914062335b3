import type { Instant } from '#base/clock'
import type { FlagName } from './flags.ts'
import type { MailboxId, MessageOrdinal, Uid } from './ids.ts'

/** A mailbox of which something can be brought back. */
export interface RetainedMailbox {
  readonly id: MailboxId
  /** Its name now, or when it was removed. */
  readonly name: string
  /** When the mailbox itself was removed; missing while it is there. */
  readonly removed?: Instant
  /** How many messages `bringBack` without UIDs would bring: those that were in it, or were expunged from it. */
  readonly messages: number
}

/** A message that was expunged, or stood in a mailbox that was removed. */
export interface RetainedMessage {
  readonly uid: Uid
  readonly ordinal: MessageOrdinal
  readonly ended: Instant
  readonly size: number
  readonly received: Instant
  readonly flags: readonly FlagName[]
}

/** `there`: it can be opened; `removed`: it can be restored; `gone`: neither. */
export type AccountState = 'there' | 'removed' | 'gone'

/** What was brought back: under new UIDs, as ever (RFC 9051 §2.3.1.1). */
export interface BroughtBack {
  readonly mailbox: MailboxId
  readonly uids: Uint32Array
  /** Those that stood there already. */
  readonly already: number
}
