/**
 * The store alone, without a protocol: `npm run bench -- store [--letters N] [--bulk N]`, or `node bench/store.ts`. Prints
 * a table with what each row is meant to reach, and a JSON line for each row.
 * The disk counts: the data directory is made below TMPDIR.
 */
import { closeSync, fdatasyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
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

const { values: options } = parseArgs({
  allowPositionals: true,
  options: { letters: { type: 'string', default: '5000' }, bulk: { type: 'string', default: '200000' } },
})
const letters = Number(options.letters)
/** Messages that are appended in bulk. */
const bulk = Number(options.bulk)
const many = 10_000
const large = 100_000
const shards = 4

interface Figures {
  readonly name: string
  readonly milliseconds: number
  readonly units: number
  readonly cpu: number
  /** What it is meant to reach, in words. */
  readonly bar: string
}

const rows: Figures[] = []

/** Milliseconds of the clock and of both cores, everything in this process included. */
async function measure(name: string, units: number, act: () => unknown, bar = ''): Promise<Figures> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await act()
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  const row = { name, milliseconds, units, cpu: (user + system) / 1000, bar }
  rows.push(row)
  return row
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

/** The two syncs of a group and nothing else: so many letters a second does this disk allow at most. */
function syncAlone(folder: string): Promise<Figures> {
  const paths = ['log', 'index'].map(name => join(folder, `bare-${name}`))
  const [log = 0, index = 0] = paths.map(path => openSync(path, 'w'))
  const group = 100
  const contents = new Uint8Array(group * 10_000)
  const entries = new Uint8Array(group * 1_000)
  const row = measure(`the two syncs alone, groups of ${group}`, letters, () => {
    for (let done = 0; done < letters; done += group)
      for (const [file, bytes] of [
        [log, contents],
        [index, entries],
      ] as const) {
        writeSync(file, bytes)
        fdatasyncSync(file)
      }
    for (const file of [log, index]) closeSync(file)
    for (const path of paths) rmSync(path)
  })
  return row
}

async function deliverFrom(test: TestStore, writers: number, accounts: number, bar = ''): Promise<void> {
  const run = ++runs
  const count = writers === 1 ? Math.ceil(letters / 10) : letters
  await measure(
    `deliver 10 KB, ${writers} writers, ${accounts} accounts`,
    count,
    () =>
      inParallel(writers, count, async n => {
        const content = await test.keep(letterOf(n, 10_000))
        const account = accountId(1 + (n % accounts))
        must(await test.store.deliver({ account, mailbox: 'INBOX', message: messageOf(content), key: `${run}/${n}` }))
      }),
    bar,
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
  await measure(`flags of ${many}`, 1, () => account.setFlags(source, uids, { op: 'add', flags: ['\\Seen'] }), '< 3 ms')
  await measure(`copy of ${many}`, 1, () => account.copy(source, uids, target), '< 40 ms')
  await measure(`move of ${many}`, 1, () => account.move(source, uids, target), '< 40 ms')
  const there = Uint32Array.from({ length: 2 * many }, (_, n) => n + 1)
  must(
    await account.setFlags(
      target,
      there.filter(uid => uid % 2 === 0),
      { op: 'add', flags: ['\\Deleted'] },
    ),
  )
  await measure(`expunge of ${many}, every other one`, 1, () => account.expunge(target), '< 20 ms')
  must(await account.setFlags(target, there, { op: 'add', flags: ['\\Deleted'] }))
  await measure(`expunge of ${many}, all`, 1, () => account.expunge(target), '< 20 ms')
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
  await measure(`open ${large}, first`, 1, open, '< 5 ms')
  await measure(`open ${large}, again`, 1, open, '< 0.5 ms')
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

/** Many letters, each its own, into one mailbox; what they take on the disk and in memory. */
async function appendBulk(test: TestStore): Promise<void> {
  const id = accountId(5_000)
  must(await test.store.createAccount(id, defaultMailboxes))
  const account = must(await test.store.openAccount(id))
  const box = must(await account.createMailbox('Bulk')).id
  const before = sizes(test.directory)
  let memory = 0
  await measure(
    `append ${bulk} of 10 KB in bulk`,
    bulk,
    async () => {
      for (let done = 0; done < bulk; done += 500) {
        const some = Array.from({ length: Math.min(500, bulk - done) }, (_, n) => test.keep(letterOf(done + n, 10_000)))
        must(await account.append(box, (await Promise.all(some)).map(messageOf)))
        memory = Math.max(memory, process.memoryUsage().rss)
      }
    },
    '< 5 min at 200,000',
  )
  const after = sizes(test.directory)
  const [index, mail] = [after.index - before.index, after.mail - before.mail]
  console.log(`memory at most ${(memory / 2 ** 20).toFixed(0)} MiB (bar 512)`)
  console.log(
    `index ${(index / bulk).toFixed(0)} bytes a message, ${((index / mail) * 100).toFixed(1)} % of the mail (bar 10 %)`,
  )
}

/** Bytes of indexes and of contents in a data directory. */
function sizes(directory: string): { readonly index: number; readonly mail: number } {
  const sum = { index: 0, mail: 0 }
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const stat = statSync(join(directory, name))
    if (name.endsWith('.sqlite')) sum.index += stat.size
    else if (name.endsWith('.seg')) sum.mail += stat.size
  }
  return sum
}

const test = await openForTest({ shards, threads: true })
for (let n = 1; n <= 100; n++) must(await test.store.createAccount(accountId(n), defaultMailboxes))
await deliverFrom(test, 20, 100)
for (const writers of [1, 20]) await deliverFrom(test, writers, 100)
const bare = await syncAlone(test.directory)
const most = Math.round((bare.units / bare.milliseconds) * 600)
await deliverFrom(test, 100, 100, `>= 10000/s, or 60 % of the bare syncs: ${most}/s`)
await deliverFrom(test, 100, 1)
const shared = await test.keep(letterOf(0, 10_000))
const toFifty = (n: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: 50 }, async (_, to) =>
      must(
        await test.store.deliver({
          account: accountId(to + 1),
          mailbox: 'INBOX',
          message: messageOf(shared),
          key: `shared/${n}/${to}`,
        }),
      ),
    ),
  )
await measure('one letter to 50 mailboxes', 50, () => toFifty(0), '>= 10000/s')
await measure('100 letters to 50 mailboxes each, 4 at a time', 5_000, () => inParallel(4, 100, n => toFifty(n + 1)))
await onMany(must(await test.store.openAccount(accountId(1))), messageOf(shared))
const last = await openLarge(test, accountId(2))
await appendBulk(last)
await last.close()

const fixed = (n: number, digits: number): string => n.toFixed(digits).padStart(10)
console.log(
  `${'row'.padEnd(44)}${'ms'.padStart(10)}${'per s'.padStart(10)}${'CPU ms'.padStart(10)}${'CPU us/1'.padStart(10)}`,
)
for (const { name, milliseconds, units, cpu, bar } of rows)
  console.log(
    name.padEnd(44) +
      fixed(milliseconds, 2) +
      fixed((units / milliseconds) * 1000, 0) +
      fixed(cpu, 1) +
      fixed((cpu / units) * 1000, 1) +
      (bar === '' ? '' : `   ${bar}`),
  )
for (const row of rows) console.log(JSON.stringify(row))
