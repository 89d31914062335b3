import type { Result } from '#base/result'
import type { RightsChange, RightsEntry, Who } from '#mail/rights'
import type { Change } from './change.ts'
import type { FlagChange } from './flags.ts'
import type { AccountId, MailboxId, MessageOrdinal, Modseq, Uid, UidValidity } from './ids.ts'
import type { Grant, Mailbox, SharedAccount, SpecialUse } from './mailbox.ts'
import type { MessageFacts, MessageWire, NewMessage } from './message.ts'
import type { Quota, QuotaLimits } from './quota.ts'
import type { AccountState, BroughtBack, RetainedMailbox, RetainedMessage } from './retained.ts'
import type { MailboxView } from './view.ts'

export type StoreFailure =
  | 'no-such-account'
  | 'no-such-mailbox'
  | 'mailbox-exists'
  | 'invalid-name'
  | 'inbox-stays'
  | 'has-children'
  | 'too-many-keywords'
  | 'too-many-mailboxes'
  | 'over-quota'
  | 'too-many-rights'
  | 'no-space'
  | 'store-closed'

/** What a question throws whose answer has no failures: that the store is closing does not mean that nothing is there. */
export class StoreClosed extends Error {
  constructor() {
    super('the mail store is closed')
    this.name = 'StoreClosed'
  }
}

/** A letter for one mailbox of one account, on its way from the queue or LMTP. */
export interface Delivery {
  readonly account: AccountId
  /** By name; a mailbox that is missing falls back to INBOX, so that no letter is lost to a rename. */
  readonly mailbox: string
  readonly message: NewMessage
  /** Queue entry, recipient and mailbox: written with the message, so that a retry finds itself already done. */
  readonly key: string
}

export interface Delivered {
  readonly mailbox: MailboxId
  readonly uid: Uid
  /** True when the key was known: the letter is already there and nothing was written. */
  readonly already: boolean
}

export interface Appended {
  readonly uidValidity: UidValidity
  readonly uids: Uint32Array
}

export interface Copied {
  readonly uidValidity: UidValidity
  /** Pairwise: `to[i]` is the copy of `from[i]`. RFC 4315 §3. */
  readonly from: Uint32Array
  readonly to: Uint32Array
}

/** One mailbox held open. All sessions that have it open share one view; closed by all, it rests a while. */
export interface OpenMailbox {
  readonly id: MailboxId
  readonly uidValidity: UidValidity
  /** Live: changes under the reader's feet, but only between two awaits, and only by `applyChange`. */
  readonly view: MailboxView
  readonly uidNext: Uid
  /** Called after each change is in the view. A hint to look again; calls nobody back into the store. */
  watch(listener: (change: Change) => void): () => void
  /**
   * UIDs from here on are \Recent to this session and to no later one (RFC 3501 §2.3.2). Kept in memory only.
   */
  claimRecent(): Uid
  /** What `claimRecent` would say now, without claiming: for EXAMINE and STATUS. */
  readonly recentFrom: Uid
  close(): void
}

/**
 * One account's mail. Every write is one transaction, takes one MODSEQ and leaves one `Change` a mailbox (a move within
 * one mailbox: two of each); what it returns is on disk. UIDs given in that are not there are passed over, as IMAP wants it (RFC 9051 §6.4.9). Reads of a
 * closed store throw `StoreClosed`.
 */
export interface AccountStore {
  readonly account: AccountId
  listMailboxes(): Promise<readonly Mailbox[]>
  findMailbox(name: string): Promise<Mailbox | undefined>
  /** Names may be subscribed that do not exist (RFC 9051 §6.3.7). */
  listSubscriptions(): Promise<readonly string[]>
  subscribe(name: string, subscribed: boolean): Promise<Result<void, StoreFailure>>
  /** Makes missing parents too. */
  createMailbox(name: string, specialUse?: SpecialUse): Promise<Result<Mailbox, StoreFailure>>
  removeMailbox(name: string): Promise<Result<void, StoreFailure>>
  /** Takes children along; renaming INBOX moves its messages and leaves it empty (RFC 9051 §6.3.6). */
  renameMailbox(from: string, to: string): Promise<Result<void, StoreFailure>>

  openMailbox(id: MailboxId): Promise<Result<OpenMailbox, StoreFailure>>
  /** The `recentFrom` of a mailbox that need not be open. 1 while nobody has claimed anything. */
  recentFrom(mailbox: MailboxId): Promise<Uid>
  append(mailbox: MailboxId, messages: readonly NewMessage[]): Promise<Result<Appended, StoreFailure>>
  /** `unchangedSince` leaves out messages whose modseq is greater (RFC 7162 §3.1.3) and reports them. */
  setFlags(
    mailbox: MailboxId,
    uids: Uint32Array,
    change: FlagChange,
    unchangedSince?: Modseq,
  ): Promise<
    Result<{ readonly modseq: Modseq; readonly changed: Uint32Array; readonly skipped: Uint32Array }, StoreFailure>
  >
  copy(from: MailboxId, uids: Uint32Array, to: MailboxId): Promise<Result<Copied, StoreFailure>>
  move(from: MailboxId, uids: Uint32Array, to: MailboxId): Promise<Result<Copied, StoreFailure>>
  /** Ends those of the given UIDs that carry \Deleted; without UIDs, all that do. */
  expunge(mailbox: MailboxId, uids?: Uint32Array): Promise<Result<Uint32Array, StoreFailure>>

  /** Who may do what, RFC 4314; empty for a mailbox that is not there. What owners may stands in no list. */
  listRights(mailbox: MailboxId): Promise<readonly RightsEntry[]>
  /** One entry of the list. A new mailbox begins with its parent's, a renamed one keeps its own. */
  changeRights(mailbox: MailboxId, change: RightsChange): Promise<Result<void, StoreFailure>>

  /** In the order asked for, in batches; a message that is gone for good is left out. */
  readFacts(ordinals: readonly MessageOrdinal[] | Uint32Array): AsyncIterable<readonly MessageFacts[]>
  readWire(ordinals: readonly MessageOrdinal[] | Uint32Array): AsyncIterable<readonly MessageWire[]>
  changesSince(modseq: Modseq, limit: number): Promise<readonly Change[]>
  quota(): Promise<Quota>
  /** Mailboxes of which something can be brought back, removed ones among them; by name. */
  listRetained(): Promise<readonly RetainedMailbox[]>
  /** What was expunged from a mailbox, or was in one that was removed, in batches, by UID. */
  readRetained(mailbox: MailboxId): AsyncIterable<readonly RetainedMessage[]>
  /**
   * Puts those of the UIDs, or all, into the mailbox of this name, which is made if it is missing. One write; what
   * stands there already is left alone, so it may be repeated.
   */
  bringBack(mailbox: MailboxId, uids: Uint32Array | undefined, to: string): Promise<Result<BroughtBack, StoreFailure>>
}

export interface MailStore {
  /** Idempotent: makes the account and those of the mailboxes that are missing, subscribed. */
  createAccount(
    account: AccountId,
    mailboxes: readonly { readonly name: string; readonly specialUse?: SpecialUse }[],
  ): Promise<Result<void, StoreFailure>>
  /**
   * When it resolves, nobody can reach the account's mail any more; its rows go when nothing is kept any longer.
   * Idempotent.
   */
  removeAccount(account: AccountId): Promise<Result<void, StoreFailure>>
  /** Undoes `removeAccount` as long as its mail is kept. Idempotent. */
  restoreAccount(account: AccountId): Promise<Result<void, StoreFailure>>
  accountState(account: AccountId): Promise<AccountState>
  openAccount(account: AccountId): Promise<Result<AccountStore, StoreFailure>>
  /** What it may hold from now on; what is there stays, be it more. */
  setQuota(account: AccountId, limits: QuotaLimits): Promise<Result<void, StoreFailure>>
  /** `undefined` for an account that is not there. */
  readQuota(account: AccountId): Promise<Quota | undefined>
  /** The mailboxes of all accounts whose lists say something about these names, in no order. */
  listGrants(names: readonly Who[]): Promise<readonly Grant[]>
  /** A new tree of shared folders. Whoever may do something there is said by its lists; nobody may at first. */
  createSharedAccount(name: string): Promise<Result<SharedAccount, StoreFailure>>
  listSharedAccounts(): Promise<readonly SharedAccount[]>
  /** Durable when it resolves; deliveries that arrive while one is written share the next write. */
  deliver(delivery: Delivery): Promise<Result<Delivered, StoreFailure>>
}
