import type { User } from '#mail/directory'
import type { AccountStore } from '#mail/store'
import type { Connection } from '#servers/listener'
import { type CommandFailure, limitsAfterLogin } from '#standards/imap'
import type { ClientInput } from './client-input.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'
import type { ImapNeeds, Session } from './session.ts'

/** The conversation that a session belongs to. */
export interface SessionHost {
  hasNews(): void
  /** The client's words make no sense any more. */
  isSpoilt(failure: CommandFailure): void
}

/** Who speaks on a connection and what they see, as it is now. */
export class LiveSession implements Session {
  readonly needs: ImapNeeds
  user: User | undefined
  account: AccountStore | undefined
  selected: SelectedMailbox | undefined
  readonly onNews: () => void
  readonly #connection: Connection
  readonly #input: ClientInput
  readonly #host: SessionHost
  #gone = false

  constructor(needs: ImapNeeds, connection: Connection, input: ClientInput, host: SessionHost) {
    this.needs = needs
    this.#connection = connection
    this.#input = input
    this.#host = host
    this.onNews = () => host.hasNews()
    connection.setDeadline(needs.settings().loginMilliseconds)
  }

  get peerAddress(): string {
    return this.#connection.remoteAddress
  }
  get isGone(): boolean {
    return this.#gone
  }
  get secure(): boolean {
    return this.#connection.tls !== undefined
  }
  get canSecure(): boolean {
    return !this.secure && !this.user
  }

  logIn(user: User, account: AccountStore): void {
    this.user = user
    this.account = account
    const { maxAppendBytes } = this.needs.settings()
    this.#input.frame.limits = { ...limitsAfterLogin, content: maxAppendBytes || Number.MAX_SAFE_INTEGER }
    this.isAlive()
  }

  /** Another deadline begins: before the login it does not. */
  isAlive(): void {
    if (this.user) this.#connection.setDeadline(this.needs.settings().idleMilliseconds)
  }

  select(selected: SelectedMailbox): void {
    if (this.#gone) selected.close()
    else this.selected = selected
  }

  deselect(): void {
    this.selected?.close()
    this.selected = undefined
  }

  /** The connection is gone; a command may still run. */
  leave(): void {
    this.#gone = true
    this.deselect()
  }

  async readLine(): Promise<Uint8Array | undefined> {
    this.#input.frame.expectLine()
    const event = await this.#input.next()
    if (event?.kind === 'line') return event.bytes
    if (event?.kind === 'bad') this.#host.isSpoilt(event.failure)
    return undefined
  }
}
