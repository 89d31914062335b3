/**
 * The store alone, without a protocol: `node bench/store.ts [letters]`. Prints a table, and a JSON line for each row.
 * The disk counts: the data directory is made below TMPDIR.
 */
import { latin1 } from '#base/bytes'
import { instant } from '#base/clock'
import {
  type AccountId,
  type AccountStore,
  accountId,
  defaultMailboxes,
  type MailboxId,
  type NewMessage,
  type StoredContent,
} from '#mail/store'
import { openForTest, type TestStore } from '../src/adapters/embedded/shard/testing/open-for-test.ts'

const letters = Number(process.argv[2] ?? 5000)
const many = 10_000
const large = 100_000
const shards = 4

interface Figures {
  readonly name: string
  readonly milliseconds: number
  readonly units: number
  readonly cpu: number
}

const rows: Figures[] = []

/** Milliseconds of the clock and of both cores, everything in this process included. */
async function measure(name: string, units: number, act: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await act()
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  rows.push({ name, milliseconds, units, cpu: (user + system) / 1000 })
}

async function inParallel(width: number, count: number, act: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

const must = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: string },
): T => {
  if (!result.ok) throw new Error(result.failure)
  return result.value
}

const letterOf = (n: number, bytes: number): Uint8Array =>
  latin1(
    `From: Sender ${n} <sender${n}@example.org>\r\nTo: Recipient <recipient@example.com>\r\n` +
      `Subject: Letter number ${n}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${n}@example.org>\r\n` +
      'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n' +
      `${'All work and no play makes for a dull letter, they say.\r\n'.repeat(Math.ceil(bytes / 57))}`,
  )

const messageOf = (content: StoredContent): NewMessage => ({ content, received: instant(Date.now()), flags: [] })

let runs = 0

async function deliverFrom(test: TestStore, writers: number, accounts: number): Promise<void> {
  const run = ++runs
  const count = writers === 1 ? Math.ceil(letters / 10) : letters
  await measure(`deliver 10 KB, ${writers} writers, ${accounts} accounts`, count, () =>
    inParallel(writers, count, async n => {
      const content = await test.keep(letterOf(n, 10_000))
      const account = accountId(1 + (n % accounts))
      must(await test.store.deliver({ account, mailbox: 'INBOX', message: messageOf(content), key: `${run}/${n}` }))
    }),
  )
}

async function fill(account: AccountStore, mailbox: MailboxId, message: NewMessage, count: number): Promise<void> {
  for (let done = 0; done < count; done += 2000)
    must(await account.append(mailbox, Array(Math.min(2000, count - done)).fill(message)))
}

async function onMany(account: AccountStore, message: NewMessage): Promise<void> {
  const source = must(await account.createMailbox('Many')).id
  const target = must(await account.createMailbox('Target')).id
  await fill(account, source, message, many)
  const uids = Uint32Array.from({ length: many }, (_, n) => n + 1)
  const cold = must(await account.setFlags(source, uids, { op: 'add', flags: ['\\Answered'] }))
  if (cold.changed.length !== many) throw new Error('flags were lost')
  await measure(`flags of ${many}`, 1, () => account.setFlags(source, uids, { op: 'add', flags: ['\\Seen'] }))
  await measure(`copy of ${many}`, 1, () => account.copy(source, uids, target))
  await measure(`move of ${many}`, 1, () => account.move(source, uids, target))
  const there = Uint32Array.from({ length: 2 * many }, (_, n) => n + 1)
  must(
    await account.setFlags(
      target,
      there.filter(uid => uid % 2 === 0),
      { op: 'add', flags: ['\\Deleted'] },
    ),
  )
  await measure(`expunge of ${many}, every other one`, 1, () => account.expunge(target))
  must(await account.setFlags(target, there, { op: 'add', flags: ['\\Deleted'] }))
  await measure(`expunge of ${many}, all`, 1, () => account.expunge(target))
}

async function openLarge(test: TestStore, account: AccountId): Promise<TestStore> {
  let store = must(await test.store.openAccount(account))
  const box = must(await store.createMailbox('Large')).id
  const message = messageOf(await test.keep(letterOf(1, 2000)))
  await fill(store, box, message, large)
  await new Promise(resolve => setTimeout(resolve, 1500))
  const again = await test.reopen()
  store = must(await again.store.openAccount(account))
  const open = async (): Promise<void> => must(await store.openMailbox(box)).close()
  await measure(`open ${large}, first`, 1, open)
  await measure(`open ${large}, again`, 1, open)
  const held = must(await store.openMailbox(box))
  await measure(`open ${large}, shared`, 1, open)
  const ordinals = held.view.ordinal.slice(0, many)
  await measure(`read wire of ${many}`, many, async () => {
    for await (const batch of store.readWire(ordinals)) if (batch.length === 0) throw new Error('nothing there')
  })
  await measure(`read facts of ${many}`, many, async () => {
    for await (const batch of store.readFacts(ordinals)) if (batch.length === 0) throw new Error('nothing there')
  })
  const one = Uint32Array.of(5)
  await measure(`flag of one among ${large}, first`, 1, () =>
    store.setFlags(box, one, { op: 'add', flags: ['\\Seen'] }),
  )
  await measure(`flag of one among ${large}, again`, 1, () =>
    store.setFlags(box, one, { op: 'add', flags: ['\\Seen'] }),
  )
  held.close()
  return again
}

const test = await openForTest({ shards, threads: true })
for (let n = 1; n <= 100; n++) must(await test.store.createAccount(accountId(n), defaultMailboxes))
await deliverFrom(test, 20, 100)
for (const writers of [1, 20, 100]) await deliverFrom(test, writers, 100)
await deliverFrom(test, 100, 1)
const shared = await test.keep(letterOf(0, 10_000))
await measure('one letter to 50 mailboxes', 50, () =>
  Promise.all(
    Array.from({ length: 50 }, async (_, n) =>
      must(
        await test.store.deliver({
          account: accountId(n + 1),
          mailbox: 'INBOX',
          message: messageOf(shared),
          key: `shared/${n}`,
        }),
      ),
    ),
  ),
)
await onMany(must(await test.store.openAccount(accountId(1))), messageOf(shared))
const last = await openLarge(test, accountId(2))
await last.close()

const fixed = (n: number, digits: number): string => n.toFixed(digits).padStart(10)
console.log(
  `${'row'.padEnd(44)}${'ms'.padStart(10)}${'per s'.padStart(10)}${'CPU ms'.padStart(10)}${'CPU us/1'.padStart(10)}`,
)
for (const { name, milliseconds, units, cpu } of rows)
  console.log(
    name.padEnd(44) +
      fixed(milliseconds, 2) +
      fixed((units / milliseconds) * 1000, 0) +
      fixed(cpu, 1) +
      fixed((cpu / units) * 1000, 1),
  )
for (const row of rows) console.log(JSON.stringify(row))
