import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { Log } from '#base/log'
import { describeTls, secure } from './tls.ts'

/** Who speaks on a connection. One object for each; its methods are called in order, never inside one another's call. */
export interface Dialogue {
  /** The next bytes. They are the dialogue's to keep. */
  hear(bytes: Uint8Array): void
  /** The peer has said its last byte; answers may still reach it. Whoever has none left ends the connection. */
  heardAll(): void
  /** The time of `setDeadline` has come. */
  late(): void
  /** TLS stands, after `startTls`. */
  secured?(): void
  /** The connection is gone, whoever ended it. Called once; nothing is called after it. */
  closed(): void
}

/** What all connections of one listener share. */
export interface House {
  /** Nobody new comes in, and whoever has heard our goodbye is not waited for. */
  readonly closing: boolean
  readonly log: Log
  readonly secureContext: () => SecureContext
  readonly alpn: readonly string[] | undefined
  readonly handshakeMilliseconds: number
  readonly begin: (connection: Connection) => Dialogue
  readonly left: (connection: Connection) => void
}

/** How long a peer may take to hang up after we have said goodbye. */
const lingerMilliseconds = 5_000
/** And how long when the server itself ends: a stop must not take as long as its slowest client likes. */
const briefMilliseconds = 500

const owner = Symbol('connection')
type Owned = Socket & { [owner]?: Connection }

/** One socket, in clear or in TLS. Two objects and no closure for each: thousands of them sit idle. */
export class Connection {
  readonly remoteAddress: string
  /** Protocol and cipher suite once TLS stands: `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  tls: string | undefined
  /** See `Deadlines`. */
  due = 0
  readonly #house: House
  #socket: Owned
  #dialogue: Dialogue | undefined
  #phase: 'open' | 'handshake' | 'ending' | 'closed' = 'open'

  constructor(house: House, socket: Socket, remoteAddress: string) {
    this.#house = house
    this.#socket = socket
    this.remoteAddress = remoteAddress
  }

  /** Begins the dialogue: at once, or when TLS stands. */
  open(implicitTls: boolean): void {
    if (implicitTls) this.#shakeHands()
    else {
      this.#follow(this.#socket)
      this.#begin()
    }
  }

  #begin(): void {
    this.guard(() => {
      this.#dialogue = this.#house.begin(this)
    })
  }

  #follow(socket: Owned): void {
    socket[owner] = this
    socket.on('data', onBytes).on('end', onEnd).on('error', onError).on('close', onClose)
  }

  /** True when the peer keeps up. At false, wait for `drained` before you say much more. Text is one byte a character. */
  write(what: string | Uint8Array): boolean {
    if (this.#phase !== 'open') return true
    return typeof what === 'string' ? this.#socket.write(what, 'latin1') : this.#socket.write(what)
  }

  /** Resolves when everything written has left, or the connection is gone. */
  drained(): Promise<void> {
    const socket = this.#socket
    if (this.#phase === 'closed' || !socket.writableNeedDrain) return Promise.resolve()
    return new Promise(resolve => {
      const done = (): void => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }

  /** Between the two, writes are gathered into one. */
  cork(): void {
    this.#socket.cork()
  }

  uncork(): void {
    this.#socket.uncork()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (this.#phase !== 'closed') this.#socket.resume()
  }

  /** `late` is called so many milliseconds from now, unless another deadline is set before; 0 sets none. */
  setDeadline(milliseconds: number): void {
    if (this.#phase === 'open') this.due = milliseconds > 0 ? performance.now() + milliseconds : 0
  }

  overdue(): void {
    this.due = 0
    if (this.#phase !== 'open') this.destroy()
    else this.guard(() => this.#dialogue?.late())
  }

  /**
   * TLS from the next byte on. The dialogue vouches that it holds nothing unread; bytes that the socket holds were
   * sent in clear before the handshake, so the connection ends (RFC 3207 §6, CVE-2011-0411). False when it has ended.
   */
  startTls(): boolean {
    if (this.#phase !== 'open') return false
    if (this.tls !== undefined || this.#socket.readableLength > 0) {
      this.destroy()
      return false
    }
    this.#socket.off('data', onBytes).off('end', onEnd)
    this.#shakeHands()
    return true
  }

  #shakeHands(): void {
    const clear = this.#socket
    if (clear[owner] === undefined) {
      clear[owner] = this
      clear.on('error', onError).on('close', onClose)
    }
    this.#phase = 'handshake'
    this.due = performance.now() + this.#house.handshakeMilliseconds
    const secured: TLSSocket & Owned = secure(clear, this.#house.secureContext(), this.#house.alpn)
    this.#socket = secured
    secured[owner] = this
    secured.on('secure', onSecure).on('_tlsError', onTlsError).on('end', onEnd)
    secured.on('error', onError).on('close', onClose)
  }

  /** For the socket's events alone. */
  secured(): void {
    if (this.#phase !== 'handshake') return
    this.#phase = 'open'
    this.due = 0
    this.tls = describeTls(this.#socket as TLSSocket)
    this.#socket.on('data', onBytes)
    if (this.#dialogue === undefined) this.#begin()
    else this.guard(() => this.#dialogue?.secured?.())
  }

  /**
   * Says the last words and hangs up; what the peer still says is read and dropped, so that it can hear them.
   * `agreed`: it has no more to say; then one call of the kernel does for both directions.
   */
  end(lastWords?: string, agreed = false): void {
    if (this.#phase !== 'open') return
    this.#phase = 'ending'
    this.due = performance.now() + lingerMilliseconds
    const socket = this.#socket
    if (agreed && lastWords && this.tls === undefined) {
      socket.write(lastWords, 'latin1', () => socket.destroy())
      return
    }
    if (lastWords) socket.write(lastWords, 'latin1')
    socket.end()
    socket.resume()
    if (this.#house.closing) this.hurry()
  }

  /** The server ends: who was told goodbye may hear it to its end, and has a moment then. A handshake has nothing in hand. */
  hurry(): void {
    if (this.#phase === 'handshake') this.destroy()
    if (this.#phase !== 'ending') return
    const soon = (): void => {
      this.due = Math.min(this.due, performance.now() + briefMilliseconds)
    }
    if (this.#socket.writableFinished) soon()
    else this.#socket.once('finish', soon)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** For the socket's events alone, like the three below. */
  heard(bytes: Uint8Array): void {
    if (this.#phase === 'open') this.guard(() => this.#dialogue?.hear(bytes))
  }

  heardAll(): void {
    if (this.#phase === 'open') this.guard(() => this.#dialogue?.heardAll())
    else if (this.#phase === 'handshake') this.destroy()
  }

  gone(): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.due = 0
    this.#socket.destroy()
    this.#house.left(this)
    this.guard(() => this.#dialogue?.closed())
  }

  /** A bug in one dialogue ends that dialogue, and is told. For work that goes on behind an answer, too. */
  guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#house.log('error', 'dialogue-broken', { peer: this.remoteAddress, reason })
      this.destroy()
    }
  }
}

function onBytes(this: Owned, bytes: Uint8Array): void {
  this[owner]?.heard(bytes)
}
function onEnd(this: Owned): void {
  this[owner]?.heardAll()
}
function onSecure(this: Owned): void {
  this[owner]?.secured()
}
/** A broken record after the handshake: Node leaves the socket to whoever made it. */
function onTlsError(this: Owned): void {
  this.destroy()
}
/** Peers vanish; `close` follows and says all there is to say. */
function onError(this: Owned): void {}
function onClose(this: Owned): void {
  this[owner]?.gone()
}
