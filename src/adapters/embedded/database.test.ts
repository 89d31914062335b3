import assert from 'node:assert/strict'
import { copyFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { type Database, openDatabase, openReader } from './database.ts'

/** The files of an index as a kill leaves them: what was written stands in the log alone. */
function killed(write: (database: Database) => void): string {
  const [lives, left] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'a')]
  const database = openDatabase(lives)
  write(database)
  for (const end of ['', '-wal']) copyFileSync(`${lives}${end}`, `${left}${end}`)
  database.close()
  return left
}

const rowsIn = (file: string): unknown => openReader(file).prepare('SELECT count(*) FROM t').pluck().get()

test('CR-01 I12 what a kill left in the log is in the file before anybody can read it', () => {
  const file = killed(database => database.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)'))
  assert.ok(statSync(`${file}-wal`).size > 0)
  const database = openDatabase(file)
  assert.equal(statSync(`${file}-wal`).size, 0)
  const alone = join(temporaryFolder(), 'a')
  copyFileSync(file, alone)
  assert.equal(rowsIn(alone), 2)
  database.close()
})

test('CR-01 a log that somebody else holds is no ground to serve from', () => {
  const file = killed(database => database.exec('CREATE TABLE t (x)'))
  const other = openReader(file)
  const reading = other.prepare('SELECT name FROM sqlite_schema').iterate()
  reading.next()
  assert.throws(() => openDatabase(file), { code: 'SQLITE_BUSY' })
  reading.return?.()
  other.close()
  openDatabase(file).close()
})

test('CR-04 a log that is torn is taken as far as it is whole', () => {
  const file = killed(database => {
    database.exec('CREATE TABLE t (x)')
    for (let n = 0; n < 5; n++) database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(3_000))
  })
  const log = `${file}-wal`
  const whole = join(temporaryFolder(), 'wal')
  copyFileSync(log, whole)
  const found = [0, 10, 4_200, 9_000, 17_400].map(cut => {
    const copy = join(temporaryFolder(), 'a')
    copyFileSync(file, copy)
    copyFileSync(whole, `${copy}-wal`)
    truncateSync(`${copy}-wal`, statSync(whole).size - cut)
    const database = openDatabase(copy)
    const rows = Number(rowsIn(copy))
    database.close()
    return rows
  })
  assert.deepEqual(found.slice(0, 2), [5, 4])
  assert.deepEqual(found, found.toSorted().reverse())
})
