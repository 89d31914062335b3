import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'

/** A client that says exactly the bytes it is told, cut as it is told, and hears exactly what comes. */
export interface Wire {
  /** Text is one byte a character. Each argument is one segment; a number is a pause in milliseconds. */
  send(...segments: readonly (string | Uint8Array | number)[]): Promise<void>
  /** The next line, without its CRLF; a bare LF or CR in it is an error. `undefined` at the end of the connection. */
  line(): Promise<string | undefined>
  /** A whole SMTP reply, all its lines joined by `\n`; `undefined` at the end. */
  reply(): Promise<string | undefined>
  /** Everything up to the end of the connection. */
  rest(): Promise<string>
  /** What has come and was not yet read, as it stands now. */
  readonly unread: string
  startTls(options?: ConnectionOptions): Promise<void>
  /** FIN: we have no more to say. */
  finish(): void
  destroy(): void
  readonly socket: Socket
}

export interface WireTarget {
  readonly port: number
  readonly host?: string
  readonly tls?: ConnectionOptions
}

export async function openWire({ port, host = '127.0.0.1', tls }: WireTarget): Promise<Wire> {
  let socket: Socket
  let heard = ''
  let over = false
  let wake: (() => void) | undefined

  const follow = (next: Socket): void => {
    socket = next
    const news = (): void => {
      wake?.()
      wake = undefined
    }
    const end = (): void => {
      over = true
      news()
    }
    next.setNoDelay(true)
    next.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      news()
    })
    next.on('end', end)
    next.on('close', end)
    next.on('error', end)
  }
  const started = (next: Socket, event: string): Promise<void> =>
    new Promise((resolve, reject) => {
      next.once(event, () => {
        next.off('error', reject)
        resolve()
      })
      next.once('error', reject)
    })

  const plain = { port, host, allowHalfOpen: true }
  const first = tls === undefined ? connectTcp(plain) : connectTls({ ...plain, rejectUnauthorized: false, ...tls })
  follow(first)
  await started(first, tls === undefined ? 'connect' : 'secureConnect')

  const more = (): Promise<void> =>
    new Promise(resolve => {
      wake = resolve
    })

  async function line(): Promise<string | undefined> {
    for (;;) {
      const end = heard.indexOf('\r\n')
      if (end >= 0) {
        const said = heard.slice(0, end)
        heard = heard.slice(end + 2)
        if (/[\r\n]/.test(said)) throw new Error(`a bare CR or LF in ${JSON.stringify(said)}`)
        return said
      }
      if (over) {
        if (heard !== '') throw new Error(`half a line at the end: ${JSON.stringify(heard)}`)
        return undefined
      }
      await more()
    }
  }

  return {
    async send(...segments) {
      for (const segment of segments) {
        if (typeof segment === 'number') await wait(segment)
        else if (!socket.destroyed && !socket.writableEnded) {
          // Each segment leaves by itself: the loop turns once before the next.
          socket.write(typeof segment === 'string' ? Buffer.from(segment, 'latin1') : segment)
          await new Promise(setImmediate)
        }
      }
    },
    line,
    async reply() {
      const lines: string[] = []
      for (;;) {
        const next = await line()
        if (next === undefined) {
          if (lines.length > 0) throw new Error(`half a reply at the end: ${lines.join('|')}`)
          return undefined
        }
        lines.push(next)
        if (next.charAt(3) !== '-') return lines.join('\n')
      }
    },
    async rest() {
      while (!over) await more()
      const all = heard
      heard = ''
      return all
    },
    get unread() {
      return heard
    },
    async startTls(options) {
      const clear = socket
      for (const event of ['data', 'end', 'close', 'error']) clear.removeAllListeners(event)
      clear.on('error', () => {})
      const secured = connectTls({ socket: clear, rejectUnauthorized: false, ...options })
      follow(secured)
      await started(secured, 'secureConnect')
    },
    finish: () => void socket.end(),
    destroy: () => void socket.destroy(),
    get socket() {
      return socket
    },
  }
}

let made: { readonly cert: string; readonly key: string } | undefined

/** A certificate for `localhost`, made once a run by openssl. */
export function testCertificate(): { readonly cert: string; readonly key: string } {
  if (made !== undefined) return made
  const folder = mkdtempSync(join(tmpdir(), 'wire-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    made = { cert: readFileSync(cert, 'latin1'), key: readFileSync(key, 'latin1') }
    return made
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const testSecureContext = (): SecureContext =>
  createSecureContext({ ...testCertificate(), minVersion: 'TLSv1.2' })
