import assert from 'node:assert/strict'
import { copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { instant } from '#base/clock'
import type { Result } from '#base/result'
import {
  type AccountStore,
  accountId,
  defaultMailboxes,
  type MailboxId,
  type NewMessage,
  StoreClosed,
} from '#mail/store'
import { openForTest, type TestStore, type TestStoreOptions } from './testing/open-for-test.ts'

const account = accountId(3)

const must = <T>(result: Result<T, string>): T => {
  if (!result.ok) assert.fail(`failed: ${result.failure}`)
  return result.value
}

interface Filled {
  place: TestStore
  readonly inbox: MailboxId
  readonly message: NewMessage
  own(): Promise<AccountStore>
  /** The file itself, while nobody has it open or beside who has. */
  file<T>(act: (database: BetterSqlite.Database) => T): T
}

async function withStore(act: (filled: Filled) => Promise<void>, options: TestStoreOptions = {}): Promise<void> {
  const place = await openForTest(options)
  must(await place.store.createAccount(account, defaultMailboxes))
  const content = await place.keep(new TextEncoder().encode('Subject: x\r\n\r\nbody\r\n'))
  const filled: Filled = {
    place,
    inbox: 1 as MailboxId,
    message: { content, received: instant(1_795_516_984_123), flags: [] },
    own: async () => must(await filled.place.store.openAccount(account)),
    file(change) {
      const database = new BetterSqlite(indexOf(place))
      try {
        return change(database)
      } finally {
        database.close()
      }
    },
  }
  const store = await filled.own()
  assert.equal((await store.findMailbox('INBOX'))?.id, filled.inbox)
  try {
    await act(filled)
  } finally {
    await filled.place.close()
  }
}

const indexOf = (place: TestStore): string => join(place.directory, 'shards/00/index.sqlite')

const count = (database: BetterSqlite.Database, table: string): number =>
  Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get())

const uidsSeen = async (filled: Filled): Promise<number[]> => {
  const open = must(await (await filled.own()).openMailbox(filled.inbox))
  open.close()
  return [...open.view.uid.subarray(0, open.view.count)]
}

/** Enough changes that a checkpoint is due; leaves 40 messages behind. */
async function busy(filled: Filled): Promise<void> {
  const store = await filled.own()
  const { inbox, message } = filled
  must(await store.append(inbox, Array(40).fill(message)))
  const one = Uint32Array.of(7)
  for (let n = 0; n < 1100; n++)
    await (n % 50 === 0
      ? Promise.all(Array.from({ length: 50 }, () => store.setFlags(inbox, one, { op: 'add', flags: ['\\Seen'] })))
      : undefined)
}

test('a checkpoint is written behind, and the view is read from it and what came later', async () => {
  await withStore(async filled => {
    await busy(filled)
    const upTo = filled.file(database => database.prepare('SELECT up_to FROM view WHERE mailbox = 1').pluck().get())
    assert.ok(Number(upTo) > 1000)
    must(await (await filled.own()).append(filled.inbox, [filled.message]))
    filled.place = await filled.place.reopen()
    // Without the older changes: only the checkpoint can tell of the first forty.
    filled.file(database => database.prepare('DELETE FROM change WHERE modseq <= ?').run(upTo))
    assert.deepEqual(
      await uidsSeen(filled),
      Array.from({ length: 41 }, (_, n) => n + 1),
    )
  })
})

test('CR-18 a damaged checkpoint is passed over: the change log is the truth', async () => {
  await withStore(async filled => {
    await busy(filled)
    const whole = filled.file(database => database.prepare('SELECT columns FROM view').pluck().get()) as Uint8Array
    const bent = whole.slice()
    bent[100] = (bent[100] as number) ^ 1
    for (const damaged of [bent, whole.subarray(0, 700), new Uint8Array(0)]) {
      filled.place = await filled.place.reopen()
      filled.file(database => database.prepare('UPDATE view SET columns = ?').run(damaged))
      assert.equal((await uidsSeen(filled)).length, 40)
      const store = await filled.own()
      const done = must(await store.setFlags(filled.inbox, Uint32Array.of(1), { op: 'add', flags: ['\\Seen'] }))
      assert.equal(done.changed.length, 1, 'the writer reads it as well')
    }
  })
})

test('CR-18 changes that are missing are told of clearly, and cost nobody else', async () => {
  await withStore(async filled => {
    const store = await filled.own()
    must(await store.append(filled.inbox, Array(5).fill(filled.message)))
    filled.place = await filled.place.reopen()
    filled.file(database => database.exec('DELETE FROM change WHERE kind = 1'))
    const again = await filled.own()
    await assert.rejects(again.openMailbox(filled.inbox), /index\.sqlite is damaged: mailbox 1 says 5 messages/)
    await assert.rejects(again.expunge(filled.inbox), /is damaged/)
    const trash = must(await again.createMailbox('elsewhere'))
    assert.equal(must(await again.append(trash.id, [filled.message])).uids.length, 1)
  })
})

test('CR-18 a file of another place, or of another number of shards, is refused', async () => {
  const place = await openForTest({ shards: 2 })
  await place.stop()
  await assert.rejects(openForTest({ shards: 3, directory: place.directory }), /is shard 0 of 2, but stands where/)
  await copyFile(indexOf(place), join(place.directory, 'shards/01/index.sqlite'))
  await assert.rejects(openForTest({ shards: 2, directory: place.directory }), { code: 'damaged' })
})

test('CR-18 a file that is no database, or is cut off, is refused', async () => {
  const place = await openForTest()
  await place.stop()
  await truncate(indexOf(place), 4096 * 6)
  await assert.rejects(openForTest({ directory: place.directory }), { code: 'SQLITE_CORRUPT' })
  await writeFile(indexOf(place), 'not a database at all, but long enough to be looked at '.repeat(40))
  await assert.rejects(openForTest({ directory: place.directory }), { code: 'SQLITE_NOTADB' })
})

test('a content that cannot be read refuses its own letter and no other', async () => {
  await withStore(async filled => {
    const { store } = filled.place
    const missing = { ...filled.message, content: { ...filled.message.content, ref: '99.64' as never } }
    const letter = (key: string, message: NewMessage) => store.deliver({ account, mailbox: 'INBOX', key, message })
    const [a, b, c] = await Promise.allSettled([
      letter('a', filled.message),
      letter('b', missing),
      letter('c', filled.message),
    ])
    assert.deepEqual([a.status, b.status, c.status], ['fulfilled', 'rejected', 'fulfilled'])
    assert.deepEqual(await uidsSeen(filled), [1, 2])
    assert.equal(must(await letter('b', filled.message)).already, false, 'its key was not taken')
  })
})

test('the rows of a removed account are swept, and those of others stay', async () => {
  await withStore(
    async filled => {
      const { store } = filled.place
      const gone = accountId(4)
      must(await store.createAccount(gone, defaultMailboxes))
      const other = must(await store.openAccount(gone))
      const box = must(await other.createMailbox('a/b')).id
      must(await other.append(box, Array(2500).fill({ ...filled.message, flags: ['label'] })))
      must(await other.removeMailbox('a/b'))
      must(await store.deliver({ account: gone, mailbox: 'INBOX', key: 'k', message: filled.message }))
      must(await store.deliver({ account, mailbox: 'INBOX', key: 'k', message: filled.message }))
      must(await store.removeAccount(gone))
      // Each write gives the housekeeping its moment.
      for (let n = 0; n < 20; n++) must(await (await filled.own()).subscribe(`s${n}`, true))
      filled.file(database => {
        assert.equal(database.prepare('SELECT swept FROM removed_account WHERE id = 4').pluck().get(), 1)
        for (const table of ['message', 'message_wire', 'membership', 'delivery_key'])
          assert.equal(count(database, table), 1, table)
        for (const table of ['change', 'mailbox', 'subscription', 'past_name'])
          assert.equal(database.prepare(`SELECT count(*) FROM ${table} WHERE account = 4`).pluck().get(), 0, table)
        assert.equal(count(database, 'keyword'), 0)
      })
    },
    { retention: 0 },
  )
})

test('a watcher that throws is the log’s business, not the writer’s', async () => {
  const events: string[] = []
  const place = await openForTest({ log: (_level, event) => events.push(event) })
  must(await place.store.createAccount(account, defaultMailboxes))
  const store = must(await place.store.openAccount(account))
  const open = must(await store.openMailbox(1 as MailboxId))
  let heard = 0
  open.watch(() => {
    throw new Error('watcher')
  })
  open.watch(() => heard++)
  must(await store.renameMailbox('Ham', 'Eggs'))
  const content = await place.keep(new Uint8Array(20))
  must(await store.append(1 as MailboxId, [{ content, received: instant(0), flags: [] }]))
  assert.deepEqual([heard, events], [1, ['store.watcher-failed']])
  await place.close()
})

test('a closed store says so', async () => {
  await withStore(async filled => {
    const store = await filled.own()
    const { place, inbox, message } = filled
    await place.stop()
    const failures = await Promise.all([
      store.append(inbox, [message]),
      store.openMailbox(inbox),
      place.store.openAccount(account),
      place.store.deliver({ account, mailbox: 'INBOX', key: 'k', message }),
    ])
    for (const each of failures) assert.deepEqual(each, { ok: false, failure: 'store-closed' })
    const readWire = async (): Promise<void> => {
      for await (const _ of store.readWire([1 as never])) assert.fail('nothing is read')
    }
    const questions: readonly (() => Promise<unknown>)[] = [
      () => store.listMailboxes(),
      () => store.findMailbox('INBOX'),
      () => store.listSubscriptions(),
      () => store.changesSince(0 as never, 9),
      readWire,
    ]
    for (const question of questions) await assert.rejects(question, StoreClosed)
    filled.place = await openForTest({ directory: place.directory })
  })
})
