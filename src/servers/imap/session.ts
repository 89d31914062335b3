import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { User } from '#mail/directory'
import type { Authenticate, Revocations } from '#mail/login'
import type { AccountStore, ContentStore, MailStore } from '#mail/store'
import type { SelectedMailbox } from './selected-mailbox.ts'
import type { ImapSettings } from './settings.ts'

export interface ImapNeeds {
  readonly settings: () => ImapSettings
  readonly store: MailStore
  readonly contents: ContentStore
  readonly authenticate: Authenticate
  readonly revocations: Revocations
  readonly log: Log
  readonly clock: Clock
}

/** Who speaks, and what they see: all that the commands know of a connection. */
export interface Session {
  readonly needs: ImapNeeds
  readonly peerAddress: string
  /** Has the client hung up? */
  readonly isGone: boolean
  readonly secure: boolean
  /** Can STARTTLS be offered? */
  readonly canSecure: boolean
  readonly user: User | undefined
  readonly account: AccountStore | undefined
  readonly selected: SelectedMailbox | undefined
  logIn(user: User, account: AccountStore): void
  select(selected: SelectedMailbox): void
  deselect(): void
  /** To be called by what hears of changes: the client will be told when it may be. */
  readonly onNews: () => void
  /** The next line from the client, without its CRLF; `undefined` when it is too long or the client has gone. */
  readLine(): Promise<Uint8Array | undefined>
}

/** A session behind its login. */
export interface LoggedIn extends Session {
  readonly account: AccountStore
}

/** A session with a mailbox selected. */
export interface Selecting extends LoggedIn {
  readonly selected: SelectedMailbox
}
