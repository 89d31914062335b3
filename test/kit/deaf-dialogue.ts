import assert from 'node:assert/strict'
import { instant } from '#base/clock'
import { ok } from '#base/result'
import { type AccountStore, accountId, type ContentStore, type MailStore } from '#mail/store'
import { ImapDialogue } from '../../src/servers/imap/dialogue.ts'
import { Door } from '../../src/servers/imap/door.ts'
import type { ImapNeeds } from '../../src/servers/imap/session.ts'
import { defaultImapSettings } from '../../src/servers/imap/settings.ts'
import type { DeafConnection } from './deaf-connection.ts'

export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Until nothing is said any more. */
export async function settled(peer: DeafConnection): Promise<void> {
  let before = -1
  for (let same = 0; same < 10; same = peer.said.length === before ? same + 1 : 0) {
    before = peer.said.length
    await turn()
  }
}

/** Before the login, which takes every password. */
export function openDialogue(peer: DeafConnection, needs: Partial<ImapNeeds> = {}, account = 1): ImapDialogue {
  const user = {
    account: accountId(account),
    username: 'anna',
    primaryAddress: 'anna@example.org',
    alternativeAddresses: [],
    disabled: false,
    credentialVersion: 1,
  }
  const door = new Door({
    settings: () => ({ ...defaultImapSettings, hostname: 'localhost', allowPlaintextLogin: true }),
    store: storeOf({}),
    contents: {} as ContentStore,
    authenticate: async () => ok(user),
    revocations: { revoke() {}, isRevoked: () => false, watch: () => () => {} },
    log: (_, event, fields) => assert.fail(`${event} ${JSON.stringify(fields)}`),
    clock: () => instant(0),
    ...needs,
  })
  return new ImapDialogue(door, peer.connection)
}

/** Logged in. */
export async function dialogueOf(
  peer: DeafConnection,
  needs: Partial<ImapNeeds> = {},
  account = 1,
): Promise<ImapDialogue> {
  const dialogue = openDialogue(peer, needs, account)
  dialogue.hear(Buffer.from('l LOGIN anna secret\r\n'))
  await settled(peer)
  assert.match(peer.said, /^l OK/m)
  peer.read()
  return dialogue
}

export const storeOf = (account: Partial<AccountStore>): MailStore =>
  ({ openAccount: async () => ok(account as AccountStore) }) as Partial<MailStore> as MailStore
