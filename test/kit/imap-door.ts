import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { createSecureContext } from 'node:tls'
import { makeSelfSigned } from '#adapters/crypto'
import { type EmbeddedEngine, openEmbedded } from '#adapters/embedded'
import { instant } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok } from '#base/result'
import type { User } from '#mail/directory'
import { makeRevocations, type Revocations } from '#mail/login'
import { type AccountId, accountId, type ContentStore, defaultMailboxes, type MailStore } from '#mail/store'
import { defaultImapSettings, type ImapServer, type ImapSettings, serveImap } from '#servers/imap'
import { connectImap, type ImapDialogue } from './imap-dialogue.ts'

export interface TestDoor {
  readonly server: ImapServer
  readonly store: MailStore
  readonly contents: ContentStore
  readonly account: AccountId
  readonly revocations: Revocations
  /** The login of `slow`: resolves when it has begun, and lets it end. */
  readonly slowLogin: { readonly began: Promise<void>; end(): void }
  /** The errors that were logged. */
  readonly log: readonly { readonly event: string; readonly reason: string }[]
  connect(): Promise<ImapDialogue>
  connectTls(): Promise<ImapDialogue>
  /** Logged in, and perhaps with a mailbox selected. */
  login(select?: string): Promise<ImapDialogue>
}

const certificate = makeSelfSigned(['localhost'], new Date())
const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key })

const directory = mkdtempSync(join(tmpdir(), 'hauspost-imap-'))
const servers: ImapServer[] = []
const clients: ImapDialogue[] = []
let engine: Promise<EmbeddedEngine> | undefined
let accounts = 0

async function openEngine(): Promise<EmbeddedEngine> {
  const onFatal = (error: Error): void => {
    throw error
  }
  const opened = await openEmbedded({ directory, log: () => {}, create: true, shards: 1, onFatal })
  if (!opened.ok) throw new Error(`no engine: ${JSON.stringify(opened.failure)}`)
  return opened.value
}

after(async () => {
  for (const client of clients) client.close()
  await Promise.all(servers.map(server => server.close(1_000)))
  await (await engine)?.close()
  rmSync(directory, { recursive: true, force: true })
})

/** The door on loopback, over a new account of `anna` with the password `secret`. Closed when the file's tests end. */
export async function openTestDoor(
  settings: Partial<ImapSettings> = {},
  wrapped: (contents: ContentStore) => ContentStore = contents => contents,
): Promise<TestDoor> {
  engine ??= openEngine()
  const { contents, store } = await engine
  const account = accountId(++accounts)
  await store.createAccount(account, defaultMailboxes)
  const anna: User = {
    account,
    username: 'anna',
    primaryAddress: 'anna@example.org',
    alternativeAddresses: [],
    disabled: false,
    credentialVersion: 1,
  }
  const errors: { event: string; reason: string }[] = []
  const log: Log = (level, event, fields) => {
    if (level === 'error') errors.push({ event, reason: String(fields?.reason) })
  }
  const all: ImapSettings = { ...defaultImapSettings, hostname: 'localhost', allowPlaintextLogin: true, ...settings }
  const revocations = makeRevocations()
  const [began, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const opened = await serveImap({
    listening: [
      { host: '127.0.0.1', port: 0, implicitTls: false },
      { host: '127.0.0.1', port: 0, implicitTls: true },
    ],
    secureContext: () => secureContext,
    limits: { maxConnections: 100, maxPerAddress: 100, handshakeMilliseconds: 5_000, tickMilliseconds: 20 },
    settings: () => all,
    store,
    contents: wrapped(contents),
    authenticate: async ({ login, password }) => {
      if (login === 'busy') return fail('unavailable')
      if (login === 'slow') {
        began.resolve()
        await end.promise
        return ok(anna)
      }
      return login === 'anna' && password === 'secret' ? ok(anna) : fail('wrong-credentials')
    },
    revocations,
    log,
    clock: () => instant(Date.now()),
  })
  if (!opened.ok) throw new Error(opened.failure)
  const server = opened.value
  servers.push(server)
  const [port = 0, tlsPort = 0] = server.ports
  const connect = async (target: { port: number; tls?: boolean }): Promise<ImapDialogue> => {
    const client = await connectImap(target)
    clients.push(client)
    return client
  }
  return {
    server,
    store,
    contents,
    account,
    revocations,
    slowLogin: { began: began.promise, end: end.resolve },
    log: errors,
    connect: () => connect({ port }),
    connectTls: () => connect({ port: tlsPort, tls: true }),
    async login(select) {
      const client = await connect({ port })
      await client.command('LOGIN anna secret')
      if (select) await client.command(`SELECT ${select}`)
      return client
    },
  }
}
