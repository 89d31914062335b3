import type { RightsEntry } from '#mail/rights'
import type { AccountId, MailboxId, Modseq, Uid, UidValidity } from './ids.ts'

/** RFC 6154 §2. None for ordinary mailboxes. */
export type SpecialUse = '\\Sent' | '\\Drafts' | '\\Trash' | '\\Junk' | '\\Archive' | '\\All' | '\\Flagged'

/** A mailbox as it stands on disk. Counters are kept, never counted. */
export interface Mailbox {
  readonly id: MailboxId
  /** Decoded Unicode in NFC, levels parted by `/`; `INBOX` is always upper case. */
  readonly name: string
  readonly uidValidity: UidValidity
  readonly uidNext: Uid
  readonly exists: number
  readonly unseen: number
  readonly bytes: number
  readonly highestModseq: Modseq
  readonly specialUse?: SpecialUse
}

/** What is said to others about a mailbox: those of its entries that were asked for. */
export interface Grant {
  readonly account: AccountId
  readonly mailbox: Mailbox
  readonly entries: readonly RightsEntry[]
}

/** A tree of folders that is nobody's own. Its INBOX is the folder of that name, the others lie below it. */
export interface SharedAccount {
  readonly account: AccountId
  readonly name: string
}

/** The most entries that the list of one mailbox can have. */
export const rightsEntriesPerMailbox = 1_000

/** The mailboxes every new account begins with. */
export const defaultMailboxes: readonly { readonly name: string; readonly specialUse?: SpecialUse }[] = [
  { name: 'INBOX' },
  { name: 'Sent', specialUse: '\\Sent' },
  { name: 'Drafts', specialUse: '\\Drafts' },
  { name: 'Trash', specialUse: '\\Trash' },
  { name: 'Spam', specialUse: '\\Junk' },
  { name: 'Ham' },
]
