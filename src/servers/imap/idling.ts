import type { Connection } from '#servers/listener'
import type { SelectedMailbox } from './selected-mailbox.ts'
import { pieceOfNews } from './updates.ts'

/** IDLE, RFC 2177: a mark on the session and not a command that hangs. */
export class Idling {
  readonly tag: string
  readonly #connection: Connection
  readonly #catchesUp: () => void
  #clogged = false

  /** `catchesUp`: a client that fell behind reads again, and can be told what it has missed. */
  constructor(tag: string, connection: Connection, catchesUp: () => void) {
    this.tag = tag
    this.#connection = connection
    this.#catchesUp = catchesUp
  }

  get keepsUp(): boolean {
    return !this.#clogged
  }

  /** A piece of what has happened since; true when the client can take more and there is more. */
  tell(selected: SelectedMailbox): boolean {
    if (this.#clogged) return false
    this.#connection.guard(() => this.#say(pieceOfNews(selected, true)))
    return !this.#clogged && selected.hasChanged
  }

  #say(piece: Uint8Array): void {
    if (piece.length === 0 || this.#connection.write(piece)) return
    this.#clogged = true
    void this.#connection.drained().then(() => {
      this.#clogged = false
      this.#catchesUp()
    })
  }
}
