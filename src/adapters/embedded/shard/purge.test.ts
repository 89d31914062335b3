import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { latin1 } from '#base/bytes'
import { instant } from '#base/clock'
import { type AccountStore, accountId, defaultMailboxes, type MailboxId } from '#mail/store'
import { temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import { type Database, openDatabase } from '../database.ts'
import { Book } from './book.ts'
import { shardLimits } from './op.ts'
import { makePurge } from './purge.ts'
import { openForTest } from './testing/open-for-test.ts'

const day = 24 * 3600 * 1000
const id = accountId(1)

/** What stands in the file. */
function rowsIn(database: Database) {
  const all = (sql: string): unknown[] => database.prepare(sql).pluck().all()
  return {
    messages: all('SELECT id & 4294967295 FROM message ORDER BY id'),
    wires: all('SELECT id & 4294967295 FROM message_wire ORDER BY id'),
    members: all("SELECT (id >> 32) || '/' || (id & 4294967295) FROM membership ORDER BY id"),
    removed: all('SELECT name FROM mailbox WHERE removed IS NOT NULL ORDER BY id'),
  }
}

/** Purges in small steps until there is nothing left to do; every step in a transaction of its own. */
function purgeAll(database: Database, before: number): void {
  const purge = makePurge(database, new Book(database, shardLimits))
  // Once around, and once more: what was set aside goes in the second round.
  for (let round = 0; round < 2; round++)
    for (let steps = 0; database.transaction(() => purge(before))(); steps++) assert.ok(steps < 1_000)
}

test('what has ended goes when its time has come, and takes along only what stands nowhere else', async () => {
  const directory = temporaryFolder()
  let now = Date.UTC(2026, 0, 1)
  const place = await openForTest({ directory, clock: () => instant(now) })
  assert.ok((await place.store.createAccount(id, defaultMailboxes)).ok)
  const opened = await place.store.openAccount(id)
  assert.ok(opened.ok)
  const account: AccountStore = opened.value
  const boxOf = async (name: string): Promise<MailboxId> => (await account.findMailbox(name))?.id as MailboxId
  const [inbox, trash] = [await boxOf('INBOX'), await boxOf('Trash')]
  const message = async (text: string) => ({
    content: await place.keep(latin1(text)),
    received: instant(now),
    flags: ['\\Deleted'],
  })
  await account.append(inbox, await Promise.all(['a', 'b', 'c', 'd', 'e'].map(message)))
  const made = await account.createMailbox('Old')
  assert.ok(made.ok)
  await account.copy(inbox, Uint32Array.of(1), trash) // a stands in two mailboxes
  await account.move(inbox, Uint32Array.of(2), made.value.id) // b in one that goes
  await account.copy(inbox, Uint32Array.of(3), made.value.id) // c in that and another
  now += day
  await account.expunge(inbox, Uint32Array.of(1, 4)) // d nowhere else
  await account.removeMailbox('Old')
  now += day
  await account.expunge(trash)
  await place.stop()

  const database = openDatabase(join(directory, 'shards', '00', 'index.sqlite'))
  const all = rowsIn(database)
  const box = made.value.id
  assert.deepEqual(all.messages, [1, 2, 3, 4, 5])
  purgeAll(database, Date.UTC(2026, 0, 1))
  assert.deepEqual(rowsIn(database), all, 'nothing is old enough')
  purgeAll(database, Date.UTC(2026, 0, 2))
  assert.deepEqual(
    rowsIn(database).members,
    all.members.filter(each => each !== `${inbox}/2`),
    'the move has ended one',
  )
  purgeAll(database, Date.UTC(2026, 0, 3))
  const left = [`${inbox}/3`, `${inbox}/5`, `${trash}/1`]
  assert.deepEqual(rowsIn(database), { messages: [1, 3, 5], wires: [1, 3, 5], members: left, removed: [] }, `${box}`)
  purgeAll(database, Date.UTC(2026, 0, 4))
  assert.deepEqual(rowsIn(database).messages, [3, 5])
  database.close()
  const again = await openForTest({ directory })
  const reopened = await again.store.openAccount(id)
  assert.ok(reopened.ok)
  assert.deepEqual(await reopened.value.listRetained(), [])
  assert.equal((await reopened.value.listMailboxes()).find(each => each.name === 'INBOX')?.exists, 2)
  await again.stop()
})

test('more than a step takes goes in several, be it one change; an owner who is removed meanwhile keeps what is left', async () => {
  const directory = temporaryFolder()
  const long = Date.UTC(2026, 0, 1)
  const place = await openForTest({ directory, clock: () => instant(long) })
  assert.ok((await place.store.createAccount(id, defaultMailboxes)).ok)
  const opened = await place.store.openAccount(id)
  assert.ok(opened.ok)
  const account = opened.value
  const inbox = (await account.findMailbox('INBOX'))?.id as MailboxId
  const message = { content: await place.keep(latin1('x')), received: instant(long), flags: ['\\Deleted'] }
  await account.append(inbox, Array(3_500).fill(message))
  await account.expunge(inbox)
  const made = await account.createMailbox('Old')
  assert.ok(made.ok)
  await account.append(made.value.id, Array(2_500).fill({ ...message, flags: [] }))
  await account.removeMailbox('Old')
  await place.stop()

  const file = join(directory, 'shards', '00', 'index.sqlite')
  const database = openDatabase(file)
  const purge = makePurge(database, new Book(database, shardLimits))
  const left = () => rowsIn(database).members.length
  const step = () => database.transaction(() => purge(long + day))()
  const seen = [left()]
  while (seen.length < 9 && left() > 1_500) {
    step()
    seen.push(left())
  }
  assert.deepEqual(seen, [6_000, 5_000, 4_000, 3_000, 2_500, 1_500])
  assert.equal(rowsIn(database).messages.length, 1_500)
  database.close()

  const between = await openForTest({ directory, clock: () => instant(long) })
  assert.ok((await between.store.removeAccount(id)).ok)
  await between.stop()
  const again = openDatabase(file)
  const idle = makePurge(again, new Book(again, shardLimits))
  again.transaction(() => idle(long + day))()
  assert.equal(rowsIn(again).members.length, 1_500, 'nothing of it is touched')
  again.close()
  const last = await openForTest({ directory, clock: () => instant(long) })
  assert.ok((await last.store.restoreAccount(id)).ok)
  await last.stop()
  const end = openDatabase(file)
  purgeAll(end, long + day)
  assert.deepEqual(rowsIn(end), { messages: [], wires: [], members: [], removed: [] })
  end.close()
})
