import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { migrateNode, nodeMigrations } from './node-schema.ts'
import { readUserRows } from './user-rows.ts'

test('CR-26 a directory of the first version keeps everybody and every address', () => {
  const database = openDatabase(join(temporaryFolder(), 'node.sqlite'))
  migrate(database, nodeMigrations.slice(0, 1))
  const addUser = database.prepare('INSERT INTO user VALUES (?, ?, NULL, 0, 1, ?)')
  const addAddress = database.prepare('INSERT INTO address (address, account, place) VALUES (?, ?, ?)')
  for (const [account, name] of [
    [3, 'anna'],
    [9, 'bert'],
  ] as const) {
    addUser.run(account, name, `hash of ${name}`)
    for (const [place, address] of [`${name}@x.example`, `b.${name}@x.example`, `a.${name}@x.example`].entries())
      addAddress.run(address, account, place)
  }
  migrateNode(database)
  for (const { user } of readUserRows(database).listUsers()) {
    assert.equal(user.primaryAddress, `${user.username}@x.example`)
    assert.deepEqual(user.alternativeAddresses, [`b.${user.username}@x.example`, `a.${user.username}@x.example`])
  }
  addAddress.run('a.anna@x.example', 9, 3)
  assert.throws(() => addAddress.run('anna@x.example', 9, 0), { code: 'SQLITE_CONSTRAINT_UNIQUE' })
  assert.throws(() => addAddress.run('new@x.example', 4, 0), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
  database.prepare('DELETE FROM user WHERE account = 9').run()
  assert.equal(database.prepare('SELECT count(*) FROM address').pluck().get(), 3)
  database.close()
})
