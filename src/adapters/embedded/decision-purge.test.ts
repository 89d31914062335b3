import assert from 'node:assert/strict'
import { test } from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { makeDecisionPurge } from './decision-purge.ts'
import { migrateQueue } from './queue-schema.ts'

const day = 24 * 3600 * 1000
const now = 1_000 * day

function setUp(...ages: number[]) {
  const database = new BetterSqlite(':memory:')
  migrateQueue(database)
  const insert = database.prepare('INSERT INTO decision (at, segment, offset, length) VALUES (?, 1, 64, 100)')
  const add = (age: number) => insert.run(now - age * day)
  for (const age of ages) add(age)
  const agesLeft = (): number[] =>
    (database.prepare('SELECT at FROM decision ORDER BY id').pluck().all() as number[]).map(at => (now - at) / day)
  return { purge: makeDecisionPurge(database, 10), add, left: agesLeft }
}

test('decisions are kept thirty days', () => {
  const { purge, left } = setUp(32, 31, 30, 29, 0)
  assert.equal(purge(now), false)
  assert.deepEqual(left(), [30, 29, 0])
})

test('many are taken away some at a time, and what is young is not looked at', () => {
  const { purge, left } = setUp(...Array(45).fill(31), ...Array(30).fill(1), 31)
  assert.equal(purge(now), true)
  assert.equal(left().length, 36)
  assert.equal(purge(now), false)
  assert.deepEqual(left(), [...Array(30).fill(1), 31])
})

test('QD-06 decisions stamped in the future stop nothing', () => {
  const { purge, left } = setUp(...Array(35).fill(-400), 31, 31, 1)
  while (purge(now));
  assert.deepEqual(left(), [...Array(35).fill(-400), 1])
  assert.equal(purge(now), false)
})

test('QD-06 a clock that is set back does not stop it for as long', () => {
  const { purge, add, left } = setUp()
  purge(now + 400 * day)
  add(31)
  purge(now)
  assert.deepEqual(left(), [])
})
