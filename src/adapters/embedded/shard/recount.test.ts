import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { accountId, defaultMailboxes } from '#mail/store'
import { temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import { openDatabase } from '../database.ts'
import { Book } from './book.ts'
import { shardLimits } from './op.ts'
import { makeRecount } from './recount.ts'
import { openForTest } from './testing/open-for-test.ts'

test('I14 a count that went wrong is put right, one account after the other', async () => {
  const directory = temporaryFolder()
  const place = await openForTest({ directory })
  for (const id of [1, 2, 3]) {
    await place.store.createAccount(accountId(id), defaultMailboxes)
    const message = { content: await place.keep(new Uint8Array(100)), received: 0 as never, flags: [] }
    await place.store.deliver({ account: accountId(id), mailbox: 'INBOX', message, key: 'k' })
  }
  await place.stop()
  const database = openDatabase(join(directory, 'shards', '00', 'index.sqlite'))
  database.exec('UPDATE account SET bytes = 7, messages = 9 WHERE id = 2')
  const recount = makeRecount(database, new Book(database, shardLimits))
  const corrected = []
  for (let now = 0; now < 6_000; now += 500) corrected.push(recount(now))
  const right = { account: 2, was: { bytes: 7, messages: 9 }, is: { bytes: 100, messages: 1 } }
  assert.deepEqual(
    corrected.filter(each => each !== undefined),
    [right],
  )
  assert.equal(corrected.indexOf(corrected.find(Boolean)), 2, 'one a second')
  assert.deepEqual(database.prepare('SELECT bytes, messages FROM account').raw().all(), [
    [100, 1],
    [100, 1],
    [100, 1],
  ])
  database.close()
})
