import { ok } from '#base/result'
import { type Database, makeCarryOver } from '../database.ts'
import type { WriterProgram } from '../index-program.ts'
import { migrate } from '../migrate.ts'
import { makeAccountWrites } from './account-writes.ts'
import { makeArrivals } from './arrive.ts'
import { Book } from './book.ts'
import { makeBringBack } from './bring-back.ts'
import { makeChangeRights } from './change-rights.ts'
import { makeCheckpoints } from './checkpoints.ts'
import { makeCopies } from './copy-messages.ts'
import { makeEndMembership, makeExpunge } from './expunge-messages.ts'
import { DamagedIndex } from './load-view.ts'
import { makeMailboxWrites } from './mailbox-writes.ts'
import { shardMigrations } from './migrations.ts'
import type { OpName, Outcome, ShardAnswer, ShardContext, ShardOp } from './op.ts'
import { makePurge } from './purge.ts'
import { makeRecount } from './recount.ts'
import { setFlags } from './set-flags.ts'
import { makeSummaries } from './summaries.ts'
import { makeSweep } from './sweep.ts'

/** Milliseconds that housekeeping may keep others waiting. */
const idleBudget = 50
/** Pages of the log at which a group is kept waiting until they are carried over; before, it happens when nobody waits. */
const logPages = 4000

/** What a shard's thread does with its file. */
export function makeProgram(database: Database, context: unknown): WriterProgram<ShardOp, ShardAnswer> {
  const { directory, limits, shard, shards } = context as ShardContext
  migrate(database, shardMigrations)
  claim(database, shard, shards)
  const carryOver = makeCarryOver(database)
  const book = new Book(database, limits)
  const summaries = makeSummaries(directory)
  const end = makeEndMembership(database)
  const arrivals = makeArrivals(database, book, summaries)
  const copies = makeCopies(database, book, end)
  const expunge = makeExpunge(book, end)
  const mailboxes = makeMailboxWrites(database, book, copies, limits.mailboxesPerAccount)
  const changeRights = makeChangeRights(database, book)
  const accounts = makeAccountWrites(database, book, mailboxes)
  const bringBack = makeBringBack(database, book, mailboxes)
  const checkpoints = makeCheckpoints(database, book, limits.changesToReplay)
  const sweep = makeSweep(database)
  const recount = makeRecount(database, book)
  const purge = makePurge(database, book)
  /** For how long what was expunged or removed is kept. Until somebody says it, nothing is purged. */
  let retention = Number.POSITIVE_INFINITY

  const perform = (op: ShardOp): Outcome<OpName> => {
    switch (op.op) {
      case 'deliver':
        return arrivals.deliver(op)
      case 'append':
        return arrivals.append(op)
      case 'set-flags':
        return setFlags(book, op)
      case 'copy':
      case 'move':
        return copies.copy(op)
      case 'checkpoint':
        return checkpoints.writeOne(op)
      case 'expunge':
        return expunge(op)
      case 'create-mailbox':
        return mailboxes.create(op)
      case 'remove-mailbox':
        return mailboxes.remove(op)
      case 'rename-mailbox':
        return mailboxes.rename(op)
      case 'change-rights':
        return changeRights(op)
      case 'subscribe':
        return mailboxes.subscribe(op)
      case 'create-account':
        return accounts.create(op)
      case 'retention':
        retention = op.milliseconds
        return ok(undefined)
      case 'restore-account':
        return accounts.restore(op)
      case 'bring-back':
        return bringBack(op)
      case 'set-quota':
        return accounts.setQuota(op)
      case 'remove-account':
        return accounts.remove(op)
    }
  }

  return {
    prepare(ops) {
      carryOver(logPages)
      summaries.prepare(ops)
    },
    execute(op) {
      const outcome = perform(op)
      if (!outcome.ok) return outcome
      const { news } = book
      book.news = []
      return { ok: true, value: outcome.value, news }
    },
    forget: () => book.forget(),
    idle() {
      const start = performance.now()
      const isLate = (): boolean => performance.now() - start > idleBudget
      database.transaction(() => checkpoints.write(isLate))()
      database.transaction(() => sweep.keys(Date.now()))()
      const corrected = database.transaction(() => recount(start))()
      if (corrected) process.emitWarning(`an account was counted wrong: ${JSON.stringify(corrected)}`)
      let more = true
      const before = Date.now() - retention
      const step = (): boolean => sweep.step(before) || purge(before)
      while (more && !isLate()) more = database.transaction(step)()
      carryOver(0)
      summaries.prepare([])
      return more
    },
  }
}

/** An account is looked for in one shard: a file in another one's place, or with another number of them, is not ours. */
function claim(database: Database, shard: number, shards: number): void {
  const found = database.prepare('SELECT number, of FROM shard').get() as { number: number; of: number } | undefined
  if (!found) database.prepare('INSERT INTO shard (one, number, of) VALUES (1, ?, ?)').run(shard, shards)
  else if (found.number !== shard || found.of !== shards)
    throw new DamagedIndex(
      database.name,
      `it is shard ${found.number} of ${found.of}, but stands where shard ${shard} of ${shards} should be`,
    )
}
