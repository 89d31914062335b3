import type { Rights, Who } from '#mail/rights'
import type { FlagBits, FlagBitsChange } from './flags.ts'
import type { AccountId, MailboxId, Modseq } from './ids.ts'

/**
 * What happened to one mailbox in one write. The change log is the truth; views, counters and signals follow it.
 * One change covers any number of messages: UIDs are sorted, strictly rising.
 */
export type MailboxChange =
  | {
      readonly kind: 'arrived'
      readonly uids: Uint32Array
      readonly ordinals: Uint32Array
      readonly flags: readonly FlagBits[] | FlagBits
      readonly sizes: Float64Array
      /** The mailbox's keywords, when the arrival brought new ones. */
      readonly keywords?: readonly string[]
    }
  | {
      readonly kind: 'flags'
      readonly uids: Uint32Array
      readonly change: FlagBitsChange
      readonly keywords: readonly string[]
    }
  | { readonly kind: 'expunged'; readonly uids: Uint32Array }
  /** The entry as it is now; no rights: it is gone. A new mailbox has its parent's entries without a change of its own. */
  | { readonly kind: 'rights'; readonly who: Who; readonly negative: boolean; readonly rights: Rights }
  | { readonly kind: 'created' | 'renamed' | 'removed' | 'subscribed' | 'unsubscribed'; readonly name: string }

export interface Change {
  readonly account: AccountId
  readonly modseq: Modseq
  readonly mailbox: MailboxId
  readonly what: MailboxChange
}
