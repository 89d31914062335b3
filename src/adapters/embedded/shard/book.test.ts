import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { instant } from '#base/clock'
import { temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import { openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { Book } from './book.ts'
import { shardMigrations } from './migrations.ts'
import { shardLimits } from './op.ts'

/** Accounts 1, 2, ... with so many mailboxes each. */
function setUp(t: TestContext, boxes: readonly number[], limits: Partial<typeof shardLimits>): Book {
  const database = openDatabase(join(temporaryFolder(), 'index.sqlite'))
  t.after(() => database.close())
  database.pragma('synchronous = OFF')
  migrate(database, shardMigrations)
  const account = database.prepare(
    'INSERT INTO account (id, modseq, next_ordinal, last_uid_validity) VALUES (?, 0, 1, 0)',
  )
  const mailbox = database.prepare(
    `INSERT INTO mailbox (account, name, uid_validity, uid_next, exists_count, unseen, bytes, highest_modseq, pending)
     VALUES (?, ?, 1, 1, 0, 0, 0, 0, 0)`,
  )
  for (const [place, many] of boxes.entries()) {
    account.run(place + 1)
    for (let n = 0; n < many; n++) mailbox.run(place + 1, `box ${n}`)
  }
  return new Book(database, { ...shardLimits, ...limits })
}

test('OV-07 the writer holds so many mailboxes, whosever they are', t => {
  const book = setUp(t, [10, 10, 10, 60, 10], { mailboxesAtHand: 35 })
  for (const id of [1, 2, 3]) book.account(id)
  assert.deepEqual(book.atHand, { accounts: 3, mailboxes: 30 })
  assert.equal(book.account(4)?.boxes.size, 60, 'who asks is served, however many there are')
  assert.deepEqual(book.atHand, { accounts: 1, mailboxes: 60 })
  book.account(5)
  assert.deepEqual(book.atHand, { accounts: 1, mailboxes: 10 })
})

test('OV-07 the account that was not asked for longest goes first, and comes back as it was written', t => {
  const book = setUp(t, [2, 2, 2, 2], { accountsAtHand: 2 })
  const [first, second] = [book.account(1), book.account(2)]
  assert.ok(first && second)
  assert.equal(book.account(1), first)
  book.account(3)
  assert.equal(book.account(1), first, 'asked for a moment ago')
  assert.notEqual(book.account(2), second)
  const box = first.boxes.get('box 0')
  assert.ok(box)
  book.record(box, instant(0), book.nextModseq(first), { kind: 'subscribed', name: 'box 0' })
  book.saveAccount(first)
  for (const id of [2, 3, 4]) book.account(id)
  const again = book.account(1)
  assert.notEqual(again, first)
  assert.deepEqual([again?.modseq, again?.boxes.get('box 0')?.highestModseq], [1, 1])
  assert.equal(book.box(first, box.id), undefined, 'what was let go of is not found any more')
})
