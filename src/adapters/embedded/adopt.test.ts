import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { engineRoom, temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { sampleMail } from '../../mail/queue/queue.contract.ts'

const room = engineRoom()
after(() => room.end())

/** As the first format had it: the queue alone counts the starts, and no index says whose it is. */
function setBack(folder: string, generation: number): void {
  for (const file of ['queue.sqlite', 'node.sqlite', 'shards/00/index.sqlite']) {
    const database = new BetterSqlite(join(folder, file))
    database.exec('DROP TABLE mark')
    if (file === 'queue.sqlite')
      database.prepare("INSERT OR REPLACE INTO counter (name, value) VALUES ('generation', ?)").run(generation)
    database.close()
  }
  const store = readFileSync(join(folder, 'store'), 'latin1')
  writeFileSync(join(folder, 'store'), store.replace('format: 2', 'format: 1').replace(/generation: \d+\n/, ''))
}

const senders = async (folder: string): Promise<readonly string[]> => {
  const engine = await room.openOn(folder)
  return (await engine.queue.list()).map(({ sender }) => sender)
}

test('CR-26 a store of the first format is taken up with all it has, and is one of this format from then on', async () => {
  const folder = temporaryFolder()
  const { queue, contents, close } = await room.openOn(folder)
  assert.ok((await queue.commit(sampleMail(contents, 'hello', ['a@x.example']))).ok)
  await close()
  const before = await senders(folder)
  await (await room.openOn(folder)).close()
  assert.equal(before.length, 1)
  setBack(folder, 3)
  assert.deepEqual(await senders(folder), before)
  await (await room.openOn(folder)).close()
  assert.match(readFileSync(join(folder, 'store'), 'latin1'), /format: 2\n.*\n.*\ngeneration: [56]\nstate: complete/)
  assert.deepEqual(await senders(folder), before)
})

test('CR-18 CR-26 a queue of the first format that is older than the segments is refused, at every start', async () => {
  const folder = temporaryFolder()
  for (let starts = 0; starts < 4; starts++) {
    const { queue, contents, close } = await room.openOn(folder)
    assert.ok((await queue.commit(sampleMail(contents, 'hello', ['a@x.example']))).ok)
    await close()
  }
  setBack(folder, 1)
  for (let starts = 0; starts < 3; starts++) await assert.rejects(room.openOn(folder), /indexes are older than segment/)
})
