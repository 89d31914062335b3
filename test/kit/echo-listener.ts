import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { silentLog } from '#base/log'
import {
  type Connection,
  type Dialogue,
  defaultListenLimits,
  type Listener,
  type ListenOptions,
  listen,
} from '#servers/listener'
import { testSecureContext } from './wire.ts'

/** What one connection has come to. */
export interface Heard {
  readonly connection: Connection
  /** As they came. */
  readonly pieces: string[]
  ended: boolean
  late: number
  closed: boolean
}

/** Says hello, and echoes in capitals; `TLS` begins TLS, `BYE` ends. */
export function echo(heard: Heard[]): (connection: Connection) => Dialogue {
  return connection => {
    const one: Heard = { connection, pieces: [], ended: false, late: 0, closed: false }
    heard.push(one)
    connection.write('hello\r\n')
    return {
      hear(bytes) {
        const text = Buffer.from(bytes).toString('latin1')
        one.pieces.push(text)
        if (text.startsWith('THROW')) throw new Error('a bug')
        if (text === 'TLS') {
          connection.write('go\r\n')
          connection.startTls()
        } else if (text.startsWith('TLS')) {
          // Whoever asks for TLS vouches that nothing is behind the request.
          connection.destroy()
        } else if (text.startsWith('BYE')) connection.end('bye\r\n')
        else connection.write(text.toUpperCase())
      },
      heardAll() {
        one.ended = true
        connection.end('end\r\n')
      },
      late() {
        one.late++
        connection.end('late\r\n')
      },
      secured: () => void connection.write('secured\r\n'),
      closed() {
        one.closed = true
      },
    }
  }
}

/** A listener on a free port of this machine, closed behind the test. */
export async function openEcho(
  t: TestContext,
  more: Partial<ListenOptions> = {},
): Promise<{ heard: Heard[]; listener: Listener; port: number }> {
  const heard: Heard[] = []
  const secureContext = testSecureContext()
  const opened = await listen({
    host: '127.0.0.1',
    port: 0,
    secureContext: () => secureContext,
    limits: { ...defaultListenLimits, tickMilliseconds: 10 },
    onConnection: echo(heard),
    log: silentLog,
    ...more,
  })
  assert.ok(opened.ok)
  const listener: Listener = opened.value
  t.after(() => {
    listener.close()
    for (const connection of listener.connections) connection.destroy()
  })
  return { heard, listener, port: listener.port }
}
