import type { Instant } from '#base/clock'
import type { StoredContent } from './content.ts'
import type { FlagName } from './flags.ts'
import type { MessageOrdinal } from './ids.ts'

/** A message to be put into a mailbox. Its content is already durable. */
export interface NewMessage {
  readonly content: StoredContent
  readonly received: Instant
  readonly flags: readonly FlagName[]
}

/** The slim facts of a stored message. */
export interface MessageFacts {
  readonly ordinal: MessageOrdinal
  readonly content: StoredContent
  readonly received: Instant
}

/** What was parsed once, at delivery, and is sent as it stands. Wire form of RFC 9051 §7.5.2. */
export interface MessageWire {
  readonly ordinal: MessageOrdinal
  readonly size: number
  readonly received: Instant
  /** The parenthesised value behind `ENVELOPE `. */
  readonly envelope: Uint8Array
  /** The parenthesised value behind `BODYSTRUCTURE `, with extension data. */
  readonly bodyStructure: Uint8Array
  /** The same without extension data, behind `BODY `. */
  readonly body: Uint8Array
  /**
   * The common header lines as they stand in the message, each with its CRLF, in their order, without the closing
   * empty line: those of `storedHeaders`, up to a limit. `undefined` when they were too large to keep.
   */
  readonly headers: Uint8Array | undefined
}

/** The header fields kept beside the index: what mail clients ask for to draw a list. Lower case. */
export const storedHeaders: readonly string[] = [
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'reply-to',
  'sender',
  'content-type',
  'mime-version',
  'priority',
  'x-priority',
  'importance',
  'newsgroups',
  'list-id',
  'list-post',
  'list-unsubscribe',
  'delivered-to',
  'return-path',
  'auto-submitted',
  'x-spam-flag',
  'x-spam-level',
  'x-spam-status',
  'disposition-notification-to',
  'content-transfer-encoding',
  'content-disposition',
  'user-agent',
  'x-mailer',
]
