import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { accountId } from '#mail/store'
import { engineRoom, temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import { openReader } from '../database.ts'
import { backupStore } from './backup-store.ts'
import { restoreStore } from './restore-store.ts'
import { fillStore, shardIndex } from './testing/small-store.ts'
import { verifyStore } from './verify-store.ts'

const room = engineRoom()
after(() => room.end())

const whole = async (folder: string, when: string): Promise<void> => {
  const verified = await verifyStore(folder, { deep: true })
  assert.ok(verified.ok, when)
  assert.deepEqual(verified.value.findings, [], when)
}

test('a store is whole with what is kept, with what came back, and when all of it is gone', async () => {
  const folder = temporaryFolder()
  let engine = await room.openOn(folder)
  await fillStore(engine)
  const [anna, ben] = [accountId(1), accountId(2)]
  const opened = await engine.store.openAccount(anna)
  assert.ok(opened.ok)
  const mail = opened.value
  const trash = await mail.findMailbox('Trash')
  assert.ok(trash)
  await mail.setFlags(trash.id, Uint32Array.of(1), { op: 'add', flags: ['\\Deleted'] })
  await mail.expunge(trash.id)
  const work = await mail.createMailbox('Work')
  assert.ok(work.ok)
  await mail.move(trash.id, Uint32Array.of(2, 3), work.value.id)
  await mail.removeMailbox('Work')
  assert.ok((await engine.store.removeAccount(ben)).ok)
  assert.ok((await engine.directory.removeUser('ben')).ok)
  await whole(folder, 'removed and kept')

  assert.ok((await mail.bringBack(work.value.id, undefined, 'Work')).ok)
  assert.ok((await engine.store.restoreAccount(ben)).ok)
  assert.ok((await engine.directory.restoreUser(ben)).ok)
  await whole(folder, 'brought back')

  const [copy, fresh] = [temporaryFolder(), join(temporaryFolder(), 'new')]
  await backupStore(folder, copy, {})
  await restoreStore(copy, fresh, {})
  await whole(fresh, 'restored from a copy')

  assert.ok((await engine.store.removeAccount(ben)).ok)
  assert.ok((await engine.directory.removeUser('ben')).ok)
  engine = await room.openOn(folder, { retention: () => 0 })
  const look = openReader(join(folder, shardIndex))
  const left = (): unknown =>
    look
      .prepare(
        `SELECT (SELECT count(*) FROM membership WHERE ended IS NOT NULL) + (SELECT count(*) FROM mailbox WHERE removed IS NOT NULL)
           + (SELECT count(*) FROM removed_account WHERE swept = 0)`,
      )
      .pluck()
      .get()
  for (let tries = 0; left() !== 0; tries++) {
    assert.ok(tries < 200, 'something stays')
    // Each write gives the housekeeping its moment.
    const again = await engine.store.openAccount(anna)
    assert.ok(again.ok)
    await again.value.subscribe(`s${tries}`, true)
    await wait(50)
  }
  look.close()
  await whole(folder, 'purged')
})
