import { createServer, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { Connection, type Dialogue, type House } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { type ListenLimits, makeSeats } from './limits.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** TLS from the first byte, RFC 8314 §3. */
  readonly implicitTls?: boolean
  /** Asked for at each handshake, so a new certificate needs no restart. */
  readonly secureContext: () => SecureContext
  /** RFC 7301: offered protocols; a client that insists on others is turned away. */
  readonly alpn?: readonly string[]
  readonly limits: ListenLimits
  /** Said in clear to whoever finds the house full, before hanging up. */
  readonly fullReply?: () => string
  readonly onConnection: (connection: Connection) => Dialogue
  readonly log: Log
}

export interface Listener {
  readonly port: number
  readonly connections: ReadonlySet<Connection>
  /** No new connections from now on; the ones that are live on. */
  close(): void
  /** Resolves when no connection is left. */
  emptied(): Promise<void>
}

export type ListenFailure = 'address-in-use' | 'not-permitted' | 'no-such-address'

const failures: Readonly<Record<string, ListenFailure>> = {
  EADDRINUSE: 'address-in-use',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EADDRNOTAVAIL: 'no-such-address',
  ENOTFOUND: 'no-such-address',
  // A link-local address without its zone, or IPv6 where there is none.
  EINVAL: 'no-such-address',
  EAFNOSUPPORT: 'no-such-address',
}

export function listen(options: ListenOptions): Promise<Result<Listener, ListenFailure>> {
  const { host, port, limits, log, implicitTls = false } = options
  const seats = limits.seats ?? makeSeats(() => limits)
  const deadlines = new Deadlines(limits.tickMilliseconds ?? 500)
  const connections = new Set<Connection>()
  let whenEmpty: (() => void)[] = []

  let closing = false
  const house: House = {
    get closing() {
      return closing
    },
    log,
    secureContext: options.secureContext,
    alpn: options.alpn,
    handshakeMilliseconds: limits.handshakeMilliseconds,
    begin: options.onConnection,
    left(connection) {
      deadlines.remove(connection)
      connections.delete(connection)
      seats.leave(connection.remoteAddress)
      if (connections.size > 0) return
      for (const tell of whenEmpty) tell()
      whenEmpty = []
    },
  }

  const welcome = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress)
    // The peer has gone before we looked.
    if (address === undefined) {
      socket.on('error', () => {}).destroy()
      return
    }
    if (!seats.take(address)) {
      turnAway(socket, address)
      return
    }
    const connection = new Connection(house, socket, address)
    connections.add(connection)
    deadlines.add(connection)
    connection.open(implicitTls)
  }

  let refused = 0
  let toldAt = Number.NEGATIVE_INFINITY
  /** Told once a second, whoever it is: a flood must not fill the log. */
  const tellRefused = (peer: string): void => {
    refused++
    const now = performance.now()
    if (now - toldAt < 1_000) return
    log('warning', 'connection-refused', { peer, reason: 'too many connections', count: refused })
    refused = 0
    toldAt = now
  }

  const turnAway = (socket: Socket, address: string): void => {
    tellRefused(address)
    socket.on('error', () => {})
    if (implicitTls || options.fullReply === undefined) socket.destroy()
    else socket.end(options.fullReply(), 'latin1', () => socket.destroy())
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, welcome)
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const failure = failures[error.code ?? '']
      if (failure === undefined) reject(error)
      else resolve(fail(failure))
    })
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners('error')
      // EMFILE and its kind: the runtime has shed that one connection, the next may find room.
      server.on('error', (error: NodeJS.ErrnoException) => log('error', 'accept-failed', { reason: error.code }))
      const address = server.address()
      resolve(
        ok({
          port: typeof address === 'object' && address !== null ? address.port : port,
          connections,
          close() {
            closing = true
            server.close()
            for (const connection of connections) connection.hurry()
          },
          emptied: () =>
            connections.size === 0 ? Promise.resolve() : new Promise<void>(tell => void whenEmpty.push(tell)),
        }),
      )
    })
  })
}

/** IPv4 as such also where it came through a socket of IPv6 (RFC 4291 §2.5.5.2). */
const plainAddress = (address: string | undefined): string | undefined =>
  address?.startsWith('::ffff:') === true && address.includes('.') ? address.slice(7) : address
