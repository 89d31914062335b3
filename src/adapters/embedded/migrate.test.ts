import assert from 'node:assert/strict'
import { test } from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { migrate, NewerVersion, versionOf } from './migrate.ts'

const tables = (database: BetterSqlite.Database): unknown[] =>
  database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()

const first = 'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)'
const statements = ['CREATE TABLE b (x INTEGER)', 'INSERT INTO b SELECT x + 1 FROM a', 'DELETE FROM a']

test('CR-26 a step that ends at any statement leaves the old version whole, and is taken again', () => {
  for (let until = 0; until <= statements.length; until++) {
    const database = new BetterSqlite(':memory:')
    migrate(database, [first])
    const cut = [...statements.slice(0, until), 'THIS IS WHERE IT ENDS'].join('; ')
    assert.throws(() => migrate(database, [first, cut]), { code: 'SQLITE_ERROR' })
    assert.deepEqual([versionOf(database), tables(database)], [1, ['a']])
    assert.deepEqual(database.prepare('SELECT x FROM a').pluck().all(), [1])
    migrate(database, [first, statements.join('; ')])
    assert.deepEqual([versionOf(database), tables(database)], [2, ['a', 'b']])
    assert.deepEqual(database.prepare('SELECT x FROM b').pluck().all(), [2])
    migrate(database, [first, statements.join('; ')])
    assert.equal(versionOf(database), 2)
  }
})

test('CR-26 a step back is refused', () => {
  const database = new BetterSqlite(':memory:')
  migrate(database, [first, 'CREATE TABLE b (x INTEGER)'])
  assert.throws(
    () => migrate(database, [first]),
    error => error instanceof NewerVersion && error.found === 2 && error.known === 1,
  )
})
