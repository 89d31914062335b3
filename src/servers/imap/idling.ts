import type { Connection } from '#servers/listener'
import type { Guest } from './door.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'
import { tellNews } from './updates.ts'

/** IDLE, RFC 2177: a mark on the session and not a command that hangs. */
export class Idling {
  readonly tag: string
  readonly #connection: Connection
  readonly #guest: Guest
  #clogged = false

  constructor(tag: string, connection: Connection, guest: Guest) {
    this.tag = tag
    this.#connection = connection
    this.#guest = guest
  }

  get keepsUp(): boolean {
    return !this.#clogged
  }

  /** What has happened since. A client that does not read is told when it does again. */
  tell(selected: SelectedMailbox): void {
    if (this.#clogged || this.#connection.write(tellNews(selected, true))) return
    this.#clogged = true
    void this.#connection.drained().then(() => {
      this.#clogged = false
      this.#guest.tellIdle()
    })
  }
}
