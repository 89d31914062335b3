import type { Instant } from '#base/clock'
import type { Result } from '#base/result'
import type { RightsChange } from '#mail/rights'
import type {
  AccountId,
  Appended,
  BroughtBack,
  Copied,
  Delivered,
  FlagChange,
  Mailbox,
  MailboxId,
  Modseq,
  NewMessage,
  QuotaLimits,
  SpecialUse,
  StoreFailure,
} from '#mail/store'

/** What the account's writer is asked for. Plain data: it crosses to the shard's thread. */
export type ShardOp = { readonly account: AccountId; readonly at: Instant } & (
  | { readonly op: 'create-account'; readonly mailboxes: readonly NewMailbox[]; readonly shared?: string }
  | { readonly op: 'remove-account' }
  | { readonly op: 'restore-account' }
  | { readonly op: 'retention'; readonly milliseconds: number }
  | ({
      readonly op: 'bring-back'
      readonly mailbox: MailboxId
      readonly uids: Uint32Array | undefined
      readonly to: string
    } & Limited)
  | { readonly op: 'set-quota'; readonly limits: QuotaLimits }
  | ({
      readonly op: 'deliver'
      readonly mailbox: string
      readonly message: NewMessage
      readonly key: string
    } & Limited)
  | ({ readonly op: 'append'; readonly mailbox: MailboxId; readonly messages: readonly NewMessage[] } & Limited)
  | {
      readonly op: 'set-flags'
      readonly mailbox: MailboxId
      readonly uids: Uint32Array
      readonly change: FlagChange
      readonly unchangedSince: Modseq | undefined
    }
  | ({ readonly op: 'copy' } & Transfer)
  | ({ readonly op: 'move' } & Transfer)
  | { readonly op: 'checkpoint'; readonly mailbox: MailboxId }
  | { readonly op: 'expunge'; readonly mailbox: MailboxId; readonly uids: Uint32Array | undefined }
  | { readonly op: 'create-mailbox'; readonly name: string; readonly specialUse: SpecialUse | undefined }
  | { readonly op: 'remove-mailbox'; readonly name: string }
  | { readonly op: 'rename-mailbox'; readonly from: string; readonly to: string }
  | { readonly op: 'change-rights'; readonly mailbox: MailboxId; readonly change: RightsChange }
  | { readonly op: 'subscribe'; readonly name: string; readonly subscribed: boolean }
)

/** Does the account's quota hold? An administrator may have switched all of them off. */
interface Limited {
  readonly limited: boolean
}

interface Transfer extends Limited {
  readonly from: MailboxId
  readonly uids: Uint32Array
  readonly to: MailboxId
}

export interface NewMailbox {
  readonly name: string
  readonly specialUse?: SpecialUse
}

export type OpName = ShardOp['op']
export type OpOf<K extends OpName> = Extract<ShardOp, { readonly op: K }>

/** What each answers when it is done. */
export interface OpValue {
  readonly 'create-account': undefined
  readonly 'remove-account': undefined
  readonly 'restore-account': undefined
  readonly retention: undefined
  readonly 'bring-back': BroughtBack
  readonly 'set-quota': undefined
  readonly deliver: Delivered
  readonly append: Appended
  readonly 'set-flags': { readonly modseq: Modseq; readonly changed: Uint32Array; readonly skipped: Uint32Array }
  readonly copy: Copied
  readonly move: Copied
  readonly checkpoint: undefined
  readonly expunge: Uint32Array
  readonly 'create-mailbox': Mailbox
  readonly 'remove-mailbox': undefined
  readonly 'rename-mailbox': undefined
  readonly 'change-rights': undefined
  readonly subscribe: undefined
}

export type Outcome<K extends OpName> = Result<OpValue[K], StoreFailure>

/** A change as its row holds it. `behind` is the mailbox's highest modseq before it: whoever is not there has a gap. */
export interface News {
  readonly mailbox: number
  readonly modseq: number
  readonly behind: number
  readonly kind: number
  readonly packed: Uint8Array
}

/** Answers leave the thread in the order of their commits, each with what it changed. */
export type ShardAnswer =
  | { readonly ok: true; readonly value: unknown; readonly news: readonly News[] }
  | { readonly ok: false; readonly failure: StoreFailure }

/** What the thread is told at its start. */
export interface ShardContext {
  readonly shard: number
  readonly shards: number
  /** The data directory: where the contents lie. */
  readonly directory: string
  readonly limits: ShardLimits
}

export interface ShardLimits {
  readonly mailboxesPerAccount: number
  /** Messages in all views that the thread keeps at hand. */
  readonly viewedMessages: number
  readonly accountsAtHand: number
  /** Mailboxes of all of them. A mailbox with a long name takes more than a kilobyte. */
  readonly mailboxesAtHand: number
  /** Changes behind which a checkpoint is due; more in a large mailbox. */
  readonly changesToReplay: number
}

export const shardLimits: ShardLimits = {
  mailboxesPerAccount: 20_000,
  viewedMessages: 1_000_000,
  accountsAtHand: 5_000,
  mailboxesAtHand: 60_000,
  changesToReplay: 1_000,
}
