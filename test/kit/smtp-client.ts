import { connect, type Socket } from 'node:net'

/** How a transaction ended: with the last reply, or with a connection that went away (code 0). */
export type SmtpOutcome = { readonly code: number; readonly line: string }

const SPACE = 32
const LF = 10
const gone: SmtpOutcome = { code: 0, line: 'the connection ended' }

/** A sender that says one thing and waits for one reply, with next to no work of its own. */
export class SmtpClient {
  #socket: Socket
  #held: Buffer | undefined
  #answer: ((outcome: SmtpOutcome) => void) | undefined
  #ended = false
  readonly #greeting: Promise<SmtpOutcome>

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port, noDelay: true })
    this.#greeting = new Promise(resolve => {
      this.#answer = resolve
    })
    this.#socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.#ended = true
      this.#settle(gone)
    })
  }

  #settle(outcome: SmtpOutcome): void {
    const answer = this.#answer
    this.#answer = undefined
    answer?.(outcome)
  }

  /** A reply is whole when its last line has a space behind the code, RFC 5321 §4.2.1. */
  #hear(chunk: Buffer): void {
    const bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk
    const end = bytes.length - 1
    const start = end > 0 ? bytes.lastIndexOf(LF, end - 1) + 1 : 0
    if (bytes[end] !== LF || bytes[start + 3] !== SPACE) {
      this.#held = bytes
      return
    }
    this.#held = undefined
    const line = bytes.toString('latin1', start, end)
    this.#settle({ code: Number(line.slice(0, 3)), line })
  }

  send(what: string | Uint8Array): Promise<SmtpOutcome> {
    if (this.#ended) return Promise.resolve(gone)
    return new Promise(resolve => {
      this.#answer = resolve
      if (typeof what === 'string') this.#socket.write(what, 'latin1')
      else this.#socket.write(what)
    })
  }

  async hello(name = 'load.example'): Promise<SmtpOutcome> {
    const greeting = await this.#greeting
    return greeting.code === 220 ? this.send(`EHLO ${name}\r\n`) : greeting
  }

  /** A whole transaction; `content` is dot-stuffed and ends with CRLF.CRLF. Only 250 means that the server has it. */
  async transact(from: string, to: readonly string[], content: Uint8Array, parameter = ''): Promise<SmtpOutcome> {
    const mail = await this.send(`MAIL FROM:<${from}>${parameter && ` ${parameter}`}\r\n`)
    if (mail.code !== 250) return mail
    for (const recipient of to) {
      const judged = await this.send(`RCPT TO:<${recipient}>\r\n`)
      if (judged.code !== 250) return judged
    }
    const data = await this.send('DATA\r\n')
    return data.code === 354 ? this.send(content) : data
  }

  async quit(): Promise<void> {
    await this.send('QUIT\r\n')
    this.#socket.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
