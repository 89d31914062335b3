import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import type { WriterProgram } from './index-program.ts'
import { runGroup } from './run-group.ts'

type Op = { readonly write: number } | { readonly fail: string }

function setUp(pages?: number, file = ':memory:') {
  const database = new BetterSqlite(file, { timeout: 50 })
  database.exec('CREATE TABLE row (n INTEGER, filling BLOB)')
  if (pages !== undefined) database.pragma(`max_page_count = ${pages}`)
  const insert = database.prepare('INSERT INTO row VALUES (?, zeroblob(?))')
  const calls: string[] = []
  const program: WriterProgram<Op, unknown> = {
    prepare: ops => calls.push(`prepare ${ops.length}`),
    execute(op) {
      if ('fail' in op) throw Object.assign(new Error(`failed with ${op.fail}`), { code: op.fail })
      insert.run(op.write, 3_000)
      return op.write
    },
    forget: () => calls.push('forget'),
  }
  const rows = (): unknown => database.prepare('SELECT n FROM row ORDER BY n').pluck().all()
  const run = (...ops: Op[]) => runGroup(database, program as WriterProgram<unknown, unknown>, ops)
  return { run, rows, calls, database }
}

test('a group is one transaction, prepared once', () => {
  const { run, rows, calls } = setUp()
  assert.deepEqual(run({ write: 1 }, { write: 2 }), { say: 'answers', answers: [1, 2] })
  assert.deepEqual(rows(), [1, 2])
  assert.deepEqual(calls, ['prepare 2'])
})

test('QD-09 one poisoned operation costs no other its answer', () => {
  const { run, rows, calls } = setUp()
  const outcome = run({ write: 1 }, { fail: 'bug' }, { write: 3 })
  assert.ok(outcome.say === 'answers')
  assert.deepEqual(outcome.answers, [1, undefined, 3])
  assert.deepEqual(
    outcome.poison?.map(({ place, error }) => [place, error.message]),
    [[1, 'failed with bug']],
  )
  assert.deepEqual(rows(), [1, 3])
  assert.deepEqual(calls, ['prepare 3', 'forget', 'prepare 1', 'prepare 1', 'forget', 'prepare 1'])
})

test('CR-10 a full disk refuses the group, leaves nothing of it, and clears when there is room', () => {
  const { run, rows, database } = setUp(4)
  const refused = run(...Array.from({ length: 10 }, (_, i) => ({ write: i })))
  assert.deepEqual(refused, { say: 'answers', answers: Array(10).fill({ ok: false, failure: 'no-space' }) })
  assert.deepEqual(rows(), [])
  assert.equal(database.inTransaction, false)
  database.pragma('max_page_count = 1000')
  assert.deepEqual(run({ write: 7 }), { say: 'answers', answers: [7] })
})

test('CR-05 a broken disk ends it: nothing is answered and nothing is tried again', () => {
  for (const code of ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_READONLY']) {
    const { run, calls } = setUp()
    const outcome = run({ write: 1 }, { fail: code }, { write: 3 })
    assert.equal(outcome.say, 'fatal')
    assert.deepEqual(calls, ['prepare 3', 'forget'])
  }
})

test('CR-23 a lock that another program holds is waited for once a group, not once an operation', () => {
  const file = join(temporaryFolder(), 'index.sqlite')
  const { run, rows, calls, database } = setUp(undefined, file)
  const foreign = new BetterSqlite(file)
  foreign.exec('BEGIN IMMEDIATE')
  const outcome = run({ write: 1 }, { write: 2 }, { write: 3 })
  assert.ok(outcome.say === 'answers')
  assert.deepEqual(
    outcome.poison?.map(({ place, error }) => [place, error.code]),
    [0, 1, 2].map(place => [place, 'SQLITE_BUSY']),
  )
  assert.deepEqual(calls, ['prepare 3', 'forget'])
  foreign.exec('ROLLBACK')
  foreign.close()
  assert.deepEqual(run({ write: 4 }), { say: 'answers', answers: [4] })
  assert.deepEqual(rows(), [4])
  database.close()
})
