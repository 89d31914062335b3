import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

type Waiting = {
  readonly tag: string
  readonly chunks: Buffer[] | undefined
  resolve(answer: Buffer): void
  reject(problem: Error): void
}

const none = Buffer.alloc(0)

/**
 * An IMAP client with next to no work of its own: it looks for the line with its tag and reads nothing else.
 * Content that itself contains such a line would mislead it; what our rigs send does not.
 */
export class ImapClient {
  readonly #socket: Socket
  #waiting: Waiting | undefined
  #tail: Buffer = none
  #count = 0
  #ended = false
  #unasked: ((bytes: Buffer) => void) | undefined
  /** How many bytes have come in. */
  received = 0
  /** When the connection is over. */
  readonly ended: Promise<void>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    socket.on('error', () => {})
    this.ended = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('close', () => {
      this.#ended = true
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.reject(new Error('the connection ended'))
    })
  }

  static async open(host: string, port: number, tls = false): Promise<ImapClient> {
    const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port, noDelay: true })
    const client = new ImapClient(socket)
    await client.#expect('*', '')
    return client
  }

  static async login(host: string, port: number, user: string, password: string, tls = false): Promise<ImapClient> {
    const client = await ImapClient.open(host, port, tls)
    await client.command(`LOGIN ${user} ${password}`)
    return client
  }

  #hear(chunk: Buffer): void {
    this.received += chunk.length
    const waiting = this.#waiting
    if (!waiting) {
      this.#unasked?.(chunk)
      return
    }
    waiting.chunks?.push(chunk)
    // The end is the last line: it can only be complete when the chunk ends a line.
    const joined = this.#tail.length > 0 ? Buffer.concat([this.#tail, chunk]) : chunk
    const start = joined.length > 1 ? joined.lastIndexOf(10, joined.length - 2) + 1 : 0
    const isTagged =
      joined[joined.length - 1] === 10 &&
      joined.toString('latin1', start, start + waiting.tag.length + 1) === `${waiting.tag} `
    if (!isTagged) {
      this.#tail = joined.subarray(Math.max(0, joined.length - 1000))
      return
    }
    this.#tail = none
    this.#waiting = undefined
    const line = joined.subarray(start)
    if (waiting.tag.length > 1 && line.toString('latin1', waiting.tag.length + 1, waiting.tag.length + 3) !== 'OK')
      waiting.reject(new Error(line.toString('latin1').trimEnd()))
    else waiting.resolve(waiting.chunks ? Buffer.concat(waiting.chunks) : line)
  }

  #expect(tag: string, what: string | Uint8Array, keep = false): Promise<Buffer> {
    if (this.#ended) return Promise.reject(new Error('the connection ended'))
    return new Promise((resolve, reject) => {
      this.#waiting = { tag, chunks: keep ? [] : undefined, resolve, reject }
      if (what !== '') this.#socket.write(what as Uint8Array)
    })
  }

  /** Waits for OK; anything else rejects with the server's line. */
  async command(text: string): Promise<void> {
    const tag = `t${++this.#count}`
    await this.#expect(tag, `${tag} ${text}\r\n`)
  }

  /** Like `command`, with everything the server said. */
  ask(text: string): Promise<Buffer> {
    const tag = `t${++this.#count}`
    return this.#expect(tag, `${tag} ${text}\r\n`, true)
  }

  /** How many messages are in a mailbox, by STATUS: RFC 9051 §6.3.11. */
  async messages(mailbox: string): Promise<number> {
    const answer = (await this.ask(`STATUS ${mailbox} (MESSAGES)`)).toString('latin1')
    return Number(/MESSAGES (\d+)/.exec(answer)?.[1] ?? Number.NaN)
  }

  async select(mailbox: string): Promise<number> {
    const answer = (await this.ask(`SELECT ${mailbox}`)).toString('latin1')
    return Number(/^\* (\d+) EXISTS/im.exec(answer)?.[1] ?? Number.NaN)
  }

  /** APPEND with a literal that does not wait, RFC 7888. */
  async append(mailbox: string, content: Uint8Array): Promise<void> {
    const tag = `t${++this.#count}`
    const head = Buffer.from(`${tag} APPEND ${mailbox} {${content.length}+}\r\n`, 'latin1')
    await this.#expect(tag, Buffer.concat([head, content, Buffer.from('\r\n')]))
  }

  /** Several APPENDs in one write; the last answer ends them all, a NO before it is found by counting afterwards. */
  async appendMany(mailbox: string, contents: readonly Uint8Array[]): Promise<void> {
    const parts: Uint8Array[] = []
    for (const content of contents) {
      this.#count++
      parts.push(
        Buffer.from(`t${this.#count} APPEND ${mailbox} {${content.length}+}\r\n`, 'latin1'),
        content,
        Buffer.from('\r\n'),
      )
    }
    await this.#expect(`t${this.#count}`, Buffer.concat(parts))
  }

  /** IDLE, RFC 2177: resolves once the server waits; `heard` gets whatever it says then. */
  async idle(heard: (bytes: Buffer) => void): Promise<void> {
    this.#unasked = heard
    const tag = `t${++this.#count}`
    await this.#expect('+', `${tag} IDLE\r\n`)
  }

  async logout(): Promise<void> {
    await this.command('LOGOUT').catch(() => {})
    this.#socket.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
