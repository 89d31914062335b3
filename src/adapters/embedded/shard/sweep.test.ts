import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import BetterSqlite from 'better-sqlite3'
import { accountId, defaultMailboxes } from '#mail/store'
import { openForTest } from './testing/open-for-test.ts'

/** So many rows take longer than one moment of housekeeping. */
const rows = 40_000

test('CR-21 the rows of a removed account go although nobody asks for anything any more', async t => {
  const gone = accountId(4)
  const before = await openForTest({ threads: true })
  assert.ok((await before.store.createAccount(gone, defaultMailboxes)).ok)
  await before.stop()
  const database = new BetterSqlite(join(before.directory, 'shards/00/index.sqlite'))
  t.after(() => database.close())
  database.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     INSERT INTO past_name (account, name, uid_validity) SELECT ${gone}, 'name ' || i, i FROM n`,
  )
  const place = await openForTest({ threads: true, directory: before.directory, retention: 0 })
  t.after(() => place.close())
  assert.ok((await place.store.removeAccount(gone)).ok)
  const swept = database.prepare('SELECT swept FROM removed_account WHERE id = ?').pluck()
  for (const end = Date.now() + 10_000; swept.get(gone) !== 1; await wait(50)) assert.ok(Date.now() < end, 'not swept')
  assert.equal(database.prepare('SELECT count(*) FROM past_name').pluck().get(), 0)
})
