import type { Instant } from '#base/clock'
import type { FetchItem } from './fetch-item.ts'
import type { Flag, StoreOperation } from './flags.ts'
import type { SearchKey } from './search-key.ts'
import type { SequenceSet } from './sequence-set.ts'

interface Tagged {
  readonly tag: string
}

/** Commands without arguments. */
export interface PlainCommand extends Tagged {
  readonly name: 'CAPABILITY' | 'NOOP' | 'LOGOUT' | 'STARTTLS' | 'CHECK' | 'CLOSE' | 'UNSELECT' | 'IDLE' | 'NAMESPACE'
}

export interface AuthenticateCommand extends Tagged {
  readonly name: 'AUTHENTICATE'
  /** In upper case. */
  readonly mechanism: string
  /** RFC 4959; decoded, empty for `=`. */
  readonly initialResponse?: Uint8Array
}

export interface LoginCommand extends Tagged {
  readonly name: 'LOGIN'
  readonly user: string
  readonly password: string
}

/** Mailbox names in commands are decoded, in NFC, `INBOX` in upper case. */
export interface MailboxCommand extends Tagged {
  readonly name: 'SELECT' | 'EXAMINE' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE'
  readonly mailbox: string
}

export interface CreateCommand extends Tagged {
  readonly name: 'CREATE'
  /** Without the delimiter at its end that says children will follow. RFC 3501 §6.3.3. */
  readonly mailbox: string
  /** RFC 6154 §3. */
  readonly specialUse: readonly string[]
}

export interface RenameCommand extends Tagged {
  readonly name: 'RENAME'
  readonly from: string
  readonly to: string
}

/** RFC 3501 §6.3.10; the last two are RFC 9208 §4.1.4's. */
export type StatusItem = 'MESSAGES' | 'RECENT' | 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN' | 'DELETED' | 'DELETED-STORAGE'

export interface StatusCommand extends Tagged {
  readonly name: 'STATUS'
  readonly mailbox: string
  readonly items: readonly StatusItem[]
}

/** RFC 5258 §3, RFC 6154 §2. */
export type ListSelection = 'SUBSCRIBED' | 'REMOTE' | 'RECURSIVEMATCH' | 'SPECIAL-USE'
export type ListReturn = 'SUBSCRIBED' | 'CHILDREN' | 'SPECIAL-USE'

export interface ListCommand extends Tagged {
  readonly name: 'LIST'
  /** Decoded. A pattern that is no modified UTF-7 matches nothing and is left out. */
  readonly reference: string
  readonly patterns: readonly string[]
  readonly select: readonly ListSelection[]
  readonly return: readonly ListReturn[]
  /** RFC 5819. */
  readonly status?: readonly StatusItem[]
}

export interface LsubCommand extends Tagged {
  readonly name: 'LSUB'
  readonly reference: string
  readonly patterns: readonly string[]
}

export interface AppendMessage {
  readonly flags: readonly Flag[]
  readonly received?: Instant
  /** As the literal announced it. */
  readonly size: number
}

/** The command up to its first message; its content and further messages (RFC 3502) come behind it. */
export interface AppendCommand extends Tagged {
  readonly name: 'APPEND'
  readonly mailbox: string
  readonly message: AppendMessage
}

export interface ExpungeCommand extends Tagged {
  readonly name: 'EXPUNGE'
  /** UID EXPUNGE, RFC 4315 §2.1. */
  readonly uids?: SequenceSet
}

export interface SearchCommand extends Tagged {
  readonly name: 'SEARCH'
  readonly uid: boolean
  readonly key: SearchKey
}

export interface FetchCommand extends Tagged {
  readonly name: 'FETCH'
  readonly uid: boolean
  readonly set: SequenceSet
  readonly items: readonly FetchItem[]
}

export interface StoreCommand extends Tagged {
  readonly name: 'STORE'
  readonly uid: boolean
  readonly set: SequenceSet
  readonly operation: StoreOperation
  readonly silent: boolean
  readonly flags: readonly Flag[]
}

export interface CopyCommand extends Tagged {
  readonly name: 'COPY' | 'MOVE'
  readonly uid: boolean
  readonly set: SequenceSet
  readonly mailbox: string
}

export interface IdCommand extends Tagged {
  readonly name: 'ID'
  /** RFC 2971; empty for NIL. Untrusted words, for the log only. */
  readonly fields: ReadonlyMap<string, string>
}

export interface EnableCommand extends Tagged {
  readonly name: 'ENABLE'
  /** In upper case. RFC 5161. */
  readonly capabilities: readonly string[]
}

/** RFC 9208 §4.1. */
export interface QuotaCommand extends Tagged {
  readonly name: 'GETQUOTA'
  readonly root: string
}

export interface QuotaRootCommand extends Tagged {
  readonly name: 'GETQUOTAROOT'
  readonly mailbox: string
}

export interface SetQuotaCommand extends Tagged {
  readonly name: 'SETQUOTA'
  readonly root: string
  /** Resources in upper case, in their own units. */
  readonly limits: readonly { readonly resource: string; readonly limit: number }[]
}

export type ImapCommand =
  | PlainCommand
  | AuthenticateCommand
  | LoginCommand
  | MailboxCommand
  | CreateCommand
  | RenameCommand
  | StatusCommand
  | ListCommand
  | LsubCommand
  | AppendCommand
  | ExpungeCommand
  | SearchCommand
  | FetchCommand
  | StoreCommand
  | CopyCommand
  | IdCommand
  | EnableCommand
  | QuotaCommand
  | QuotaRootCommand
  | SetQuotaCommand

export type CommandName = ImapCommand['name']

/** What is wrong with a command, in words for the client. */
export interface CommandFailure {
  /** `*` when the command had no tag that could be read. */
  readonly tag: string
  readonly status: 'BAD' | 'NO'
  readonly code?: 'CANNOT' | 'BADCHARSET' | 'TOOBIG'
  readonly text: string
}
