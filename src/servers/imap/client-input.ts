import type { Connection } from '#servers/listener'
import { CommandFrame, encodeResponse, type FrameEvent, limitsBeforeLogin } from '#standards/imap'
import type { MessageInput } from './commands/append.ts'

/** Input that waits behind a running command; beyond it the socket waits too. */
const mostUnread = 65_536

/** The client may send its literal. RFC 3501 §7.5. */
export const goOn = encodeResponse({ kind: 'continue', text: 'Go on' })

/** What the client says, cut into events; it is held back while nobody takes them. */
export class ClientInput implements MessageInput {
  readonly frame = new CommandFrame(limitsBeforeLogin)
  readonly #connection: Connection
  #unread = 0
  #paused = false
  #ended = false
  #wake: (() => void) | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** False when somebody waits inside a command, and has been woken. */
  feed(bytes: Uint8Array): boolean {
    this.frame.feed(bytes)
    this.#unread += bytes.length
    if (this.#unread > mostUnread && !this.#paused && !this.#wake) {
      this.#paused = true
      this.#connection.pause()
    }
    return !this.#wakeUp()
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    this.#wakeUp()
  }

  #wakeUp(): boolean {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
    return wake !== undefined
  }

  /** All that was said has been taken. */
  readOn(): void {
    this.#unread = 0
    if (!this.#paused) return
    this.#paused = false
    this.#connection.resume()
  }

  accept(): void {
    this.frame.acceptContent()
  }

  refuse(): void {
    this.frame.refuseContent()
  }

  /** The next event inside a command, once it is there; `undefined` at the end of the connection. */
  async next(): Promise<FrameEvent | undefined> {
    for (;;) {
      const event = this.frame.next()
      if (event && event.kind !== 'continue') return event
      if (event) this.#connection.write(goOn)
      else {
        if (this.#ended) return undefined
        this.readOn()
        this.#connection.uncork()
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
        this.#connection.cork()
      }
    }
  }
}
