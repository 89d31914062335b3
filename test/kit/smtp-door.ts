import type { TestContext } from 'node:test'
import type { Log } from '#base/log'
import { silentLog } from '#base/log'
import { type ArrivingMail, type Intake, type Peer, pass, refuse, type Verdict } from '#mail/intake'
import { type Authenticate, makeRevocations, type Revocations } from '#mail/login'
import { type EntryId, entryId } from '#mail/queue'
import type { ContentDraft, ContentStore } from '#mail/store'
import { defaultListenLimits, type ListenLimits } from '#servers/listener'
import { defaultSmtpSettings, type SmtpDoor, type SmtpSettings, serveLmtp, serveSmtp } from '#servers/smtp'
import { accountId } from '../../src/mail/store/index.ts'
import { testSecureContext } from './wire.ts'

/** A letter as the post office would have it. */
export interface TakenLetter {
  readonly peer: Peer
  readonly sender: string
  readonly recipients: readonly string[]
  readonly content: string
}

export interface SmtpPorts {
  readonly intake: Intake
  readonly contents: ContentStore
  readonly authenticate: Authenticate
  readonly revocations: Revocations
  readonly letters: TakenLetter[]
  readonly refused: { readonly sender: string; readonly recipients: readonly string[]; readonly outcome: string }[]
  /** Drafts begun and neither handed in nor discarded. */
  readonly open: Set<ContentDraft>
  readonly logins: string[]
  /** The most bytes that any draft has held. */
  readonly largest: () => number
}

export interface PortsOptions {
  /** Every verdict takes a turn of the loop, as one from a disk would. */
  readonly slow?: boolean
  /** Every write to a draft takes a turn of the loop. */
  readonly slowWrites?: boolean
  /** What `accept` waits for. */
  readonly hold?: Promise<void>
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/**
 * A post office in memory. Ours is corp.example; `nobody` is unknown, `later` and `broken` have their troubles; a
 * content that says `virus` is refused. The login is ann with the password `secret`.
 */
export function makeSmtpPorts(options: PortsOptions = {}): SmtpPorts {
  const letters: TakenLetter[] = []
  const refused: SmtpPorts['refused'] = []
  const open = new Set<ContentDraft>()
  const logins: string[] = []
  const held = new WeakMap<ContentDraft, Uint8Array[]>()
  let largest = 0

  const take = (mail: ArrivingMail): TakenLetter => {
    open.delete(mail.draft)
    const content = Buffer.concat(held.get(mail.draft) ?? []).toString('latin1')
    const letter = { peer: mail.peer, sender: mail.envelope.sender, recipients: mail.envelope.recipients, content }
    letters.push(letter)
    return letter
  }
  const deliver = (recipient: string): Verdict => {
    if (recipient.startsWith('full@')) return refuse(452, '4.2.2', 'Mailbox full', 'quota')
    return recipient.startsWith('broken@') ? refuse(451, '4.3.0', 'Try again later', 'store') : pass
  }

  const intake: Intake = {
    async judgeSender(peer, sender) {
      if (options.slow) await turn()
      if (sender.startsWith('throw@')) throw new Error('a broken disk')
      if (peer.user && sender !== 'ann@corp.example') return refuse(553, '5.7.1', 'Not your address', 'ownership')
      return sender.startsWith('evil@') ? refuse(554, '5.7.1', 'Go away', 'blocklist') : pass
    },
    async judgeRecipient(peer, _sender, recipient) {
      if (options.slow) await turn()
      if (recipient === 'postmaster') return pass
      if (!recipient.endsWith('@corp.example')) {
        return peer.user ? pass : refuse(554, '5.7.1', 'Relay access denied', 'relay-permission')
      }
      if (!/^(ann|bob|full|broken|later)@|^(ann|bob)\+/.test(recipient) && !/^r\d+@/.test(recipient)) {
        return refuse(550, '5.1.1', 'No such user here', 'recipient-exists')
      }
      return recipient.startsWith('later@') ? refuse(451, '4.7.1', 'Greylisted', 'greylist') : pass
    },
    async accept(mail) {
      await options.hold
      const letter = take(mail)
      if (!letter.content.includes('virus')) return { accepted: true, entry: entryId(letters.length) as EntryId }
      letters.pop()
      const verdict = refuse(554, '5.7.1', 'Virus found', 'virus') as Extract<Verdict, { judge: 'refuse' }>
      return { accepted: false, verdict }
    },
    async deliverNow(mail) {
      await options.hold
      return take(mail).recipients.map(deliver)
    },
    recordRefused: (_peer, sender, recipients, _decided, outcome) => void refused.push({ sender, recipients, outcome }),
  }

  const contents = {
    begin() {
      const pieces: Uint8Array[] = []
      let size = 0
      const draft: ContentDraft = {
        write(chunk) {
          pieces.push(chunk)
          size += chunk.length
          largest = Math.max(largest, size)
          return options.slowWrites ? turn() : undefined
        },
        get size() {
          return size
        },
        dotted: false,
        head: new Uint8Array(0),
        discard: () => void open.delete(draft),
      }
      open.add(draft)
      held.set(draft, pieces)
      return draft
    },
  } as unknown as ContentStore

  const authenticate: Authenticate = async ({ login, password }) => {
    logins.push(login)
    if (login === 'away') return { ok: false, failure: 'unavailable' }
    if (login !== 'ann' || password !== 'secret') return { ok: false, failure: 'wrong-credentials' }
    const user = { account: accountId(1), username: 'ann', alternativeAddresses: [], disabled: false }
    return { ok: true, value: { ...user, primaryAddress: 'ann@corp.example', credentialVersion: 1 } }
  }
  return {
    intake,
    contents,
    authenticate,
    revocations: makeRevocations(),
    letters,
    refused,
    open,
    logins,
    largest: () => largest,
  }
}

export interface DoorOptions {
  readonly door?: 'mx' | 'submission' | 'lmtp'
  readonly tls?: boolean
  readonly settings?: Partial<SmtpSettings>
  readonly limits?: Partial<ListenLimits>
  readonly ports?: SmtpPorts
  readonly log?: Log
}

/** A door on a free port of this machine, closed behind the test. */
export async function openDoor(
  t: TestContext,
  options: DoorOptions = {},
): Promise<SmtpPorts & { door: SmtpDoor; port: number }> {
  const ports = options.ports ?? makeSmtpPorts()
  const settings: SmtpSettings = { ...defaultSmtpSettings, hostname: 'mx.corp.example', ...options.settings }
  const context = testSecureContext()
  const place = {
    host: '127.0.0.1',
    port: 0,
    implicitTls: options.tls ?? false,
    secureContext: () => context,
    limits: { ...defaultListenLimits, tickMilliseconds: 10, ...options.limits },
    settings: () => settings,
    log: options.log ?? silentLog,
    intake: ports.intake,
    contents: ports.contents,
  }
  const kind = options.door ?? 'mx'
  const opened =
    kind === 'lmtp'
      ? await serveLmtp(place)
      : await serveSmtp({ ...place, door: kind, authenticate: ports.authenticate, revocations: ports.revocations })
  if (!opened.ok) throw new Error(opened.failure)
  const door = opened.value
  t.after(() => door.close(0))
  return { ...ports, door, port: door.port }
}
