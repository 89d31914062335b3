import assert from 'node:assert/strict'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { openDatabase } from './database.ts'
import { migrate, NewerVersion, readVersion, versionOf } from './migrate.ts'

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

test('CR-26 a table that is made anew takes nothing along that refers to it, and nothing is left that refers to none', () => {
  const database = new BetterSqlite(':memory:')
  database.pragma('foreign_keys = ON')
  const begin = `CREATE TABLE user (id INTEGER PRIMARY KEY);
    CREATE TABLE address (name TEXT, user INTEGER REFERENCES user (id) ON DELETE CASCADE);
    INSERT INTO user VALUES (1); INSERT INTO address VALUES ('a', 1)`
  const again = `CREATE TABLE fresh (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO fresh (id) SELECT id FROM user;
    DROP TABLE user; ALTER TABLE fresh RENAME TO user`
  migrate(database, [begin, again])
  assert.deepEqual(database.prepare('SELECT name FROM address').pluck().all(), ['a'])
  assert.throws(() => migrate(database, [begin, again, 'DELETE FROM user']), /version 3 leaves .*address/)
  assert.equal(versionOf(database), 2)
  assert.equal(database.pragma('foreign_keys', { simple: true }), 1)
})

test('CR-26 a step back is refused', () => {
  const database = new BetterSqlite(':memory:')
  migrate(database, [first, 'CREATE TABLE b (x INTEGER)'])
  assert.throws(
    () => migrate(database, [first]),
    error => error instanceof NewerVersion && error.found === 2 && error.known === 1,
  )
})

test('the version is read without a trace, from the log too, and what is no database has none', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'a.sqlite')
  const database = openDatabase(file)
  migrate(database, [first])
  const copy = temporaryFolder()
  cpSync(folder, copy, { recursive: true })
  assert.equal(readVersion(join(copy, 'a.sqlite')), 1, 'it stands in the log alone')
  database.close()
  assert.equal(readVersion(file), 1)
  assert.deepEqual(readdirSync(folder), ['a.sqlite'])
  writeFileSync(file, 'no database at all, whatever its name says: this is a letter to a friend, begun long ago')
  assert.throws(() => readVersion(file), { code: 'SQLITE_NOTADB' })
})
