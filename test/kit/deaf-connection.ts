import type { Connection } from '#servers/listener'

const highWaterMark = 16_384

/** A connection in memory whose peer reads nothing until it is told to. */
export class DeafConnection {
  readonly remoteAddress = '127.0.0.1'
  tls: string | undefined
  /** What was written, and how much of it nobody has read. */
  said = ''
  unread = 0
  paused = false
  ended = false
  #handshake = false
  #waiting: (() => void)[] = []

  get connection(): Connection {
    return this as unknown as Connection
  }

  write(what: string | Uint8Array): boolean {
    if (this.#handshake) return true
    this.said += typeof what === 'string' ? what : Buffer.from(what).toString('latin1')
    this.unread += what.length
    return this.unread < highWaterMark
  }

  drained(): Promise<void> {
    if (this.unread < highWaterMark) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** The peer reads all there is. */
  read(): void {
    this.unread = 0
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  cork(): void {}
  uncork(): void {}
  setDeadline(): void {}
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
  guard(work: () => void): void {
    work()
  }
  startTls(): boolean {
    this.#handshake = true
    return true
  }
  /** The peer has done its part of the handshake. */
  shakeHands(): void {
    this.#handshake = false
    this.tls = 'TLSv1.3'
  }
  end(): void {
    if (!this.#handshake) this.ended = true
  }
  destroy(): void {
    this.ended = true
  }
}
