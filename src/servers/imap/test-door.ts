import { createSecureContext } from 'node:tls'
import { makeSelfSigned } from '#adapters/crypto'
import { instant } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok } from '#base/result'
import type { User } from '#mail/directory'
import { defaultMailboxes, type MailStore } from '#mail/store'
import { connectImap, type ImapDialogue } from '../../../test/kit/imap-dialogue.ts'
import { fakeContents, fakeStore, testAccount } from './fake-store.ts'
import { defaultImapSettings, type ImapServer, type ImapSettings, serveImap } from './index.ts'

export interface TestDoor {
  readonly server: ImapServer
  readonly store: MailStore
  readonly log: readonly { readonly event: string; readonly reason: string }[]
  connect(): Promise<ImapDialogue>
  connectTls(): Promise<ImapDialogue>
  /** Logged in, and perhaps with a mailbox selected. */
  login(select?: string): Promise<ImapDialogue>
  close(): Promise<void>
}

const certificate = makeSelfSigned(['localhost'], new Date())
const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key })

const anna: User = {
  account: testAccount,
  username: 'anna',
  primaryAddress: 'anna@example.org',
  alternativeAddresses: [],
  disabled: false,
  credentialVersion: 1,
}

/** The whole door on loopback, over an account of `anna` with the password `secret`. */
export async function openTestDoor(settings: Partial<ImapSettings> = {}): Promise<TestDoor> {
  const contents = fakeContents()
  const store = fakeStore(contents)
  const events: { event: string; reason: string }[] = []
  const log: Log = (level, event, fields) => {
    if (level === 'error') events.push({ event, reason: String(fields?.reason) })
  }
  await store.createAccount(testAccount, defaultMailboxes)
  const all: ImapSettings = { ...defaultImapSettings, hostname: 'localhost', allowPlaintextLogin: true, ...settings }
  const opened = await serveImap({
    listening: [
      { host: '127.0.0.1', port: 0, implicitTls: false },
      { host: '127.0.0.1', port: 0, implicitTls: true },
    ],
    secureContext: () => secureContext,
    limits: { maxConnections: 100, maxPerAddress: 100, handshakeMilliseconds: 5_000, tickMilliseconds: 20 },
    settings: () => all,
    store,
    contents,
    authenticate: async ({ login, password }) => {
      if (login === 'busy') return fail('unavailable')
      return login === 'anna' && password === 'secret' ? ok(anna) : fail('wrong-credentials')
    },
    log,
    clock: () => instant(Date.now()),
  })
  if (!opened.ok) throw new Error(opened.failure)
  const server = opened.value
  const [port = 0, tlsPort = 0] = server.ports
  const open: ImapDialogue[] = []
  const kept = async (dialogue: Promise<ImapDialogue>): Promise<ImapDialogue> => {
    open.push(await dialogue)
    return dialogue
  }
  const door: TestDoor = {
    server,
    store,
    log: events,
    connect: () => kept(connectImap({ port })),
    connectTls: () => kept(connectImap({ port: tlsPort, tls: true })),
    async login(select) {
      const client = await door.connect()
      await client.command('LOGIN anna secret')
      if (select) await client.command(`SELECT ${select}`)
      return client
    },
    async close() {
      for (const dialogue of open) dialogue.close()
      await server.close(1_000)
    },
  }
  return door
}
