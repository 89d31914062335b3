import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdirSync, promises, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { silentLog } from '#base/log'
import { engineRoom, temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { sampleMail } from '../../mail/queue/queue.contract.ts'
import { openDatabase } from './database.ts'
import { readMark } from './mark.ts'
import { openEmbedded } from './open.ts'
import { parseStoreFile } from './store-file.ts'

const indexes = ['queue.sqlite', 'node.sqlite', 'shards/00/index.sqlite'] as const
const room = engineRoom()
after(() => room.end())

/** What the refusal says is damaged, or its kind, or that it was opened. */
async function refusal(directory: string): Promise<string> {
  const opened = await openEmbedded({ directory, create: false, shards: 1, log: silentLog, onFatal: assert.fail })
  if (opened.ok) {
    await opened.value.close()
    return 'opened'
  }
  return opened.failure.kind === 'damaged' ? opened.failure.what : opened.failure.kind
}

/** One run of the store, in which so many letters are taken; their ids. */
async function run(folder: string, letters: number, midway?: () => void): Promise<number[]> {
  const { queue, contents, close } = await room.openOn(folder)
  midway?.()
  const ids: number[] = []
  for (let n = 0; n < letters; n++) {
    const entry = await queue.commit(sampleMail(contents, 'hello', ['a@x.example']))
    assert.ok(entry.ok)
    ids.push(entry.value.id)
  }
  await close()
  return ids
}

test('CR-18 P10 an old copy of any index is refused, at every start, and nothing is changed', async () => {
  for (const file of [...indexes, 'store']) {
    const folder = temporaryFolder()
    const path = join(folder, file)
    await run(folder, 1)
    const old = readFileSync(path)
    await run(folder, 1)
    const young = readFileSync(path)
    writeFileSync(path, old)
    const copy = temporaryFolder()
    cpSync(folder, copy, { recursive: true })
    for (let start = 0; start < 3; start++) {
      assert.match(await refusal(folder), /is older than/, `${file}, start ${start}`)
      for (const part of [...indexes, 'store'])
        assert.equal(Buffer.compare(readFileSync(join(folder, part)), readFileSync(join(copy, part))), 0, part)
    }
    writeFileSync(path, young)
    assert.equal(await refusal(folder), 'opened')
  }
})

test('CR-18 old copies of all indexes beside newer segments are refused, at every start', async () => {
  const folder = temporaryFolder()
  await run(folder, 1)
  const old = [...indexes, 'store'].map(file => readFileSync(join(folder, file)))
  await run(folder, 1)
  for (const [i, file] of [...indexes, 'store'].entries()) writeFileSync(join(folder, file), old[i] as Buffer)
  for (let start = 0; start < 3; start++) assert.match(await refusal(folder), /older than segment 2$/)
})

test('CR-18 an index of another store is refused', async () => {
  for (const file of indexes) {
    const [folder, other] = [temporaryFolder(), temporaryFolder()]
    for (const each of [folder, other]) await run(each, 1)
    copyFileSync(join(other, file), join(folder, file))
    assert.match(await refusal(folder), new RegExp(`${file} is of another store`))
    const database = openDatabase(join(folder, file))
    database.exec('DROP TABLE mark')
    database.close()
    assert.match(await refusal(folder), new RegExp(`${file} does not say`))
  }
})

test('CR-18 P3 a copy of the queue that was made while it ran gives no id a second time', async () => {
  const folder = temporaryFolder()
  const queue = join(folder, 'queue.sqlite')
  const aside = temporaryFolder()
  const first = await run(folder, 1)
  const given = await run(folder, 3, () => {
    for (const end of ['', '-wal']) cpSync(`${queue}${end}`, join(aside, `queue.sqlite${end}`))
  })
  for (const end of ['', '-wal']) cpSync(join(aside, `queue.sqlite${end}`), `${queue}${end}`)
  const later = await run(folder, 3)
  const all = [...first, ...given, ...later]
  assert.deepEqual(
    all,
    [...new Set(all)].sort((a, b) => a - b),
  )
})

test('CR-26 a start that was cut short while the files got their number is taken again', async () => {
  for (const until of [0, 1, 2, 3]) {
    const folder = temporaryFolder()
    await run(folder, 1)
    const old = temporaryFolder()
    cpSync(folder, old, { recursive: true })
    assert.equal(await refusal(folder), 'opened')
    const store = join(folder, 'store')
    writeFileSync(store, readFileSync(store, 'latin1').replace('complete', 'starting'))
    for (const file of indexes.slice(until)) copyFileSync(join(old, file), join(folder, file))
    assert.equal(await refusal(folder), 'opened', `${until} of them had it`)
    const { generation, state } = parseStoreFile(readFileSync(store, 'latin1'))
    for (const file of indexes) {
      const database = openDatabase(join(folder, file))
      assert.deepEqual([readMark(database)?.generation, state], [generation, 'complete'])
      database.close()
    }
    // One start further back is no start that was cut short.
    writeFileSync(
      store,
      readFileSync(store, 'latin1')
        .replace('complete', 'starting')
        .replace(/(generation: )\d+/, '$19'),
    )
    assert.match(await refusal(folder), /is older than the rest/)
  }
})

test('CR-24 a store that another program made in the meantime is taken, not made again', async (t: TestContext) => {
  const folder = join(temporaryFolder(), 'data')
  const { mkdir } = promises
  let another: number[] = []
  const mocked = t.mock.method(promises, 'mkdir', async (...words: Parameters<typeof mkdir>) => {
    mocked.mock.restore()
    another = await run(folder, 1)
    return mkdir(...words)
  })
  const { queue, close } = await room.openOn(folder)
  assert.deepEqual(
    (await queue.list()).map(entry => entry.id),
    another,
  )
  await close()
  assert.equal(await refusal(folder), 'opened')
})

test('CR-23 a start that fails behind the lock lets it go', async () => {
  const folder = temporaryFolder()
  await run(folder, 0)
  const pid = join(folder, 'run', 'lock.pid')
  mkdirSync(pid)
  assert.equal(await refusal(folder), 'unreadable')
  rmdirSync(pid)
  assert.equal(await refusal(folder), 'opened')
})
