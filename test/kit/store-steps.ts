import assert from 'node:assert/strict'
import { latin1, latin1Text } from '#base/bytes'
import { instant } from '#base/clock'
import type { Result } from '#base/result'
import {
  type AccountStore,
  accountId,
  type ContentStore,
  defaultMailboxes,
  flagNames,
  type MailboxId,
  type MailStore,
  type StoredContent,
} from '#mail/store'

export interface StorePlace {
  readonly store: MailStore
  readonly contents: ContentStore
  keep(bytes: Uint8Array): Promise<StoredContent>
}

const accounts = [accountId(1), accountId(2)] as const
const received = instant(Date.UTC(2026, 10, 24, 10))
const letterOf = (name: string): Uint8Array =>
  latin1(`From: a@example.org\r\nSubject: ${name}\r\n\r\n${`line of ${name}\r\n`.repeat(40)}`)

const must = <T>(result: Result<T, string>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const own = async (place: StorePlace): Promise<AccountStore> => must(await place.store.openAccount(accounts[0]))
const idOf = async (account: AccountStore, name: string): Promise<MailboxId> => {
  const found = await account.findMailbox(name)
  assert.ok(found, name)
  return found.id
}

export const deliverTo =
  (mailbox: string, name: string, account = accounts[0]) =>
  async (place: StorePlace) => {
    const message = { content: await place.keep(letterOf(name)), received, flags: [] }
    return must(await place.store.deliver({ account, mailbox, message, key: `key of ${name}` }))
  }
const create =
  (account: (typeof accounts)[number]) =>
  async ({ store }: StorePlace) =>
    must(await store.createAccount(account, defaultMailboxes))
const act = (what: (account: AccountStore, place: StorePlace) => Promise<Result<unknown, string>>) => {
  return async (place: StorePlace): Promise<unknown> => must(await what(await own(place), place))
}
const uids = (...list: number[]): Uint32Array => Uint32Array.from(list)

/** Each is one write to the store; those of one start are always the same. */
export const storeSteps: readonly ((place: StorePlace) => Promise<unknown>)[] = [
  create(accounts[0]),
  create(accounts[1]),
  deliverTo('INBOX', 'first'),
  deliverTo('Spam', 'second'),
  deliverTo('INBOX', 'third'),
  deliverTo('INBOX', 'other', accounts[1]),
  act(async (account, place) => {
    const content = await place.keep(letterOf('appended'))
    const one = { content, received, flags: ['\\Seen', 'label'] }
    return account.append(await idOf(account, 'INBOX'), [one, { ...one, flags: [] }])
  }),
  act(async account =>
    account.setFlags(await idOf(account, 'INBOX'), uids(1, 3, 4), { op: 'add', flags: ['\\Deleted', 'other'] }),
  ),
  act(async account => account.copy(await idOf(account, 'INBOX'), uids(1, 2), await idOf(account, 'Trash'))),
  act(async account => account.move(await idOf(account, 'INBOX'), uids(2, 3), await idOf(account, 'Trash'))),
  act(async account => account.expunge(await idOf(account, 'INBOX'))),
  act(account => account.createMailbox('a/b/c/d/e/f/g/h')),
  deliverTo('a/b/c', 'deep'),
  act(account => account.renameMailbox('a', 'x/y')),
  act(account => account.removeMailbox('x/y/b/c/d/e/f/g/h')),
  act(account => account.subscribe('x/y/b', true)),
  deliverTo('INBOX', 'last'),
  act(account => account.renameMailbox('INBOX', 'Old')),
  ({ store }) => store.removeAccount(accounts[1]),
]

/** All that anybody can see, but for times and UIDVALIDITYs, which are another each time. */
export async function describeStore(place: StorePlace): Promise<unknown> {
  const shown: unknown[] = []
  for (const id of accounts) {
    const account = await place.store.openAccount(id)
    shown.push(account.ok ? await describeAccount(place, account.value) : account.failure)
  }
  return shown
}

async function describeAccount({ contents }: StorePlace, account: AccountStore): Promise<unknown> {
  const boxes: unknown[] = []
  for (const { uidValidity: _, ...box } of await account.listMailboxes()) {
    const open = must(await account.openMailbox(box.id))
    const { view } = open
    const rows: unknown[] = []
    const ordinals = view.ordinal.slice(0, view.count)
    for await (const batch of account.readFacts(ordinals))
      for (const { content } of batch) rows.push(latin1Text(await contents.read(content)))
    assert.equal(rows.length, view.count)
    for await (const batch of account.readWire(ordinals)) rows.push(...batch.map(wire => latin1Text(wire.envelope)))
    for (let i = 0; i < view.count; i++) {
      const flags = flagNames({ low: view.low[i] as number, high: view.high[i] as number }, view.keywords)
      rows.push([view.uid[i], view.ordinal[i], view.modseq[i], ...flags])
    }
    open.close()
    boxes.push({ ...box, rows })
  }
  return { boxes, subscribed: await account.listSubscriptions(), changes: await account.changesSince(0 as never, 1e6) }
}
