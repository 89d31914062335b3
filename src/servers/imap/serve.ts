import type { SecureContext } from 'node:tls'
import { latin1Text } from '#base/bytes'
import { ok, type Result } from '#base/result'
import { type Listener, type ListenFailure, type ListenLimits, listen } from '#servers/listener'
import { encodeResponse } from '#standards/imap'
import { bye } from './answers.ts'
import { ImapDialogue } from './dialogue.ts'
import { Door } from './door.ts'
import type { ImapNeeds } from './session.ts'

export interface ImapListening {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** TLS from the first byte, RFC 8314 §3.2; else STARTTLS is offered. */
  readonly implicitTls: boolean
}

export interface ServeImapOptions extends ImapNeeds {
  readonly listening: readonly ImapListening[]
  readonly secureContext: () => SecureContext
  readonly limits: ListenLimits
}

export interface ImapServer {
  /** In the order of `listening`. */
  readonly ports: readonly number[]
  /** How many are connected. */
  readonly sessions: number
  /** BYE to all; commands that run may end until the deadline. */
  close(deadlineMilliseconds: number): Promise<void>
}

const full = latin1Text(encodeResponse(bye('Too many connections; try again later', 'UNAVAILABLE')))

/** Opens the door. All or none of the addresses: one that cannot be had closes the others again. */
export async function serveImap(options: ServeImapOptions): Promise<Result<ImapServer, ListenFailure>> {
  const { listening, secureContext, limits, log } = options
  const door = new Door(options)
  const listeners: Listener[] = []
  for (const { host, port, implicitTls } of listening) {
    const opened = await listen({
      host,
      port,
      implicitTls,
      secureContext,
      limits,
      log,
      alpn: ['imap'],
      fullReply: () => full,
      onConnection: connection => {
        const dialogue = new ImapDialogue(door, connection)
        door.sessions.add(dialogue)
        return dialogue
      },
    })
    if (opened.ok) listeners.push(opened.value)
    else {
      for (const listener of listeners) listener.close()
      return opened
    }
  }
  const unwatch = options.revocations.watch(door.endRevoked)
  return ok({
    ports: listeners.map(listener => listener.port),
    get sessions() {
      return door.sessions.size
    },
    async close(deadlineMilliseconds) {
      unwatch()
      for (const listener of listeners) listener.close()
      for (const session of door.sessions) session.hangUp('The server is stopping')
      const deadline = setTimeout(() => {
        for (const listener of listeners) for (const connection of listener.connections) connection.destroy()
      }, deadlineMilliseconds)
      await Promise.all(listeners.map(listener => listener.emptied()))
      clearTimeout(deadline)
    },
  })
}
