import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import BetterSqlite from 'better-sqlite3'
import { latin1 } from '#base/bytes'
import { silentLog } from '#base/log'
import { engineRoom, temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { runToEnd } from '../../../test/kit/system-calls.ts'
import { sampleMail } from '../../mail/queue/queue.contract.ts'
import { errorCode } from './database.ts'
import { openEmbedded } from './open.ts'
import type { OpenFailure } from './open-failure.ts'
import { encodeStoreFile, parseStoreFile } from './store-file.ts'

const writer = fileURLToPath(new URL('../../../test/kit/embedded-writer.ts', import.meta.url))
const room = engineRoom()
after(() => room.end())

const refusal = async (directory: string, create = true): Promise<OpenFailure | undefined> => {
  const opened = await openEmbedded({ directory, create, shards: 1, log: silentLog, onFatal: () => {} })
  if (!opened.ok) return opened.failure
  await opened.value.close()
  return undefined
}

/** A closed store with one letter in it. */
async function storeWithLetter(): Promise<string> {
  const folder = temporaryFolder()
  const { queue, contents, close } = await room.openOn(folder)
  assert.ok((await queue.commit(sampleMail(contents, 'hello', ['a@x.example']))).ok)
  await close()
  return folder
}

const kindAndWhat = (failure: OpenFailure | undefined): string =>
  failure?.kind === 'damaged' ? `damaged: ${failure.what}` : (failure?.kind ?? 'opened')

test('CR-23 the second who opens is told who was first', async () => {
  const folder = temporaryFolder()
  const { close } = await room.openOn(folder)
  assert.deepEqual(await refusal(folder), { kind: 'locked', pid: process.pid })
  await close()
  assert.equal(await refusal(folder), undefined)
})

test('CR-23 another program is told too, and one that was killed locks nobody out', async t => {
  const folder = temporaryFolder()
  const holder = spawn(process.execPath, [writer, folder, '0', '1', '0', 'wait'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => holder.kill('SIGKILL'))
  for await (const said of holder.stdout.setEncoding('latin1')) if (said.includes('waits')) break
  assert.deepEqual(await refusal(folder), { kind: 'locked', pid: holder.pid })
  assert.deepEqual(await refusal(folder), { kind: 'locked', pid: holder.pid }, 'asking takes nothing away')
  holder.kill('SIGKILL')
  await once(holder, 'close')
  assert.equal(await refusal(folder), undefined)
  // And the other way round: this program asks itself, and still nobody else gets in.
  const { close } = await room.openOn(folder)
  assert.equal((await refusal(folder))?.kind, 'locked')
  const { output } = await runToEnd([process.execPath, writer, folder, '0'])
  assert.match(output, /^refused .*locked/)
  await close()
})

test('nobody but the owner may look', async () => {
  const folder = await storeWithLetter()
  const modes = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap(entry => {
      const inner = join(path, entry.name)
      const mode = (statSync(inner).mode & 0o777).toString(8)
      assert.equal(mode, entry.isDirectory() ? '700' : '600', inner)
      return entry.isDirectory() ? modes(inner) : [inner]
    })
  assert.ok(modes(folder).length >= 6)
})

test('CR-24 a store is not made where none may be, nor among strange things', async () => {
  const empty = temporaryFolder()
  assert.deepEqual(await refusal(empty, false), { kind: 'missing' })
  assert.deepEqual(await refusal(join(empty, 'nowhere'), false), { kind: 'missing' })
  assert.deepEqual(readdirSync(empty), [])
  writeFileSync(join(empty, 'thesis.odt'), 'x')
  assert.deepEqual(await refusal(empty), { kind: 'not-a-data-directory', what: 'thesis.odt' })
  assert.deepEqual(await refusal(join(empty, 'thesis.odt')), {
    kind: 'not-a-data-directory',
    what: join(empty, 'thesis.odt'),
  })
})

test('CR-24 half a store is never completed in silence', async () => {
  for (const part of ['store', 'queue.sqlite', 'node.sqlite', 'segments', 'shards']) {
    const folder = await storeWithLetter()
    const aside = temporaryFolder()
    renameSync(join(folder, part), join(aside, part))
    const before = readdirSync(folder).sort()
    assert.equal((await refusal(folder))?.kind, 'damaged', part)
    assert.deepEqual(readdirSync(folder).sort(), before, part)
    renameSync(join(aside, part), join(folder, part))
    assert.equal(await refusal(folder), undefined, part)
  }
})

test('CR-24 a store whose folder went away under it stops, and nothing is made in its place', async () => {
  const parent = temporaryFolder()
  const [folder, aside] = [join(parent, 'data'), join(parent, 'aside')]
  const fatal: string[] = []
  // Every letter begins a segment.
  const engine = await room.openOn(folder, { rollAt: 100, onFatal: error => fatal.push(errorCode(error)) })
  const post = (text: string) => engine.queue.commit(sampleMail(engine.contents, text, ['a@x.example']))
  assert.ok((await post('before')).ok)
  renameSync(folder, aside)
  mkdirSync(folder)
  await assert.rejects(post('into nothing'))
  assert.deepEqual(await post('later'), { ok: false, failure: 'store-closed' })
  assert.deepEqual([fatal, readdirSync(folder)], [['ENOENT'], []])
  await engine.close()
  assert.deepEqual(await refusal(folder, false), { kind: 'missing' })
  assert.equal(await refusal(aside, false), undefined)
})

test('CR-18 CR-24 segments that are missing, short, strange or newer than the index are refused', async () => {
  const folder = await storeWithLetter()
  const segment = join(folder, 'segments', '0000000001.seg')
  const whole = readFileSync(segment)
  renameSync(segment, `${segment}.aside`)
  assert.equal(kindAndWhat(await refusal(folder)), 'damaged: segment 1 is missing')
  renameSync(`${segment}.aside`, segment)
  truncateSync(segment, whole.length - 1)
  assert.match(kindAndWhat(await refusal(folder)), /^damaged: segment 1 has \d+ bytes/)
  writeFileSync(segment, whole)
  assert.equal(await refusal(folder), undefined)

  const another = join(await storeWithLetter(), 'segments', '0000000001.seg')
  copyFileSync(another, segment)
  assert.equal(kindAndWhat(await refusal(folder)), 'damaged: segment 1 is of another store')
  writeFileSync(segment, Buffer.concat([Buffer.alloc(64), whole.subarray(64)]))
  assert.equal(kindAndWhat(await refusal(folder)), 'damaged: segment 1 has no header')
})

test('CR-18 an index that is empty, cut or overwritten is refused', async () => {
  for (const spoil of [
    (path: string) => truncateSync(path, 0),
    (path: string) => truncateSync(path, 5_000),
    (path: string) => writeFileSync(path, Buffer.alloc(8_192, 1)),
  ]) {
    const folder = await storeWithLetter()
    spoil(join(folder, 'queue.sqlite'))
    assert.match(kindAndWhat(await refusal(folder)), /^damaged/)
  }
})

test('CR-26 a later version is told, and nothing is changed', async () => {
  for (const file of ['queue.sqlite', 'node.sqlite', 'shards/00/index.sqlite']) {
    const folder = await storeWithLetter()
    const path = join(folder, file)
    const database = new BetterSqlite(path)
    const known = Number(database.pragma('user_version', { simple: true }))
    database.pragma(`user_version = ${known + 7}`)
    database.close()
    const before = readFileSync(path)
    assert.deepEqual(await refusal(folder), { kind: 'newer-version', found: known + 7, known })
    assert.equal(Buffer.compare(readFileSync(path), before), 0)
  }
  const folder = await storeWithLetter()
  const store = readFileSync(join(folder, 'store'), 'latin1')
  writeFileSync(join(folder, 'store'), store.replace('format: 2', 'format: 3'))
  assert.deepEqual(await refusal(folder), { kind: 'newer-version', found: 3, known: 2 })
})

test('what is left in run/ is cleared, a torn segment that nobody refers to is no damage', async () => {
  const folder = await storeWithLetter()
  writeFileSync(join(folder, 'run', 'spool-1-1'), 'left over')
  writeFileSync(join(folder, 'segments', '0000000002.seg'), 'HPOS')
  mkdirSync(join(folder, 'keys'))
  const { queue, contents, close } = await room.openOn(folder)
  assert.ok((await queue.commit(sampleMail(contents, 'more', ['a@x.example']))).ok)
  await close()
  assert.deepEqual(readdirSync(join(folder, 'run')), ['lock.sqlite'])
  assert.deepEqual(readdirSync(join(folder, 'segments')).length, 3)
})

test('CR-17 rotten bytes are never handed out', async () => {
  const folder = temporaryFolder()
  const { queue, contents } = await room.openOn(folder)
  const entry = await queue.commit(sampleMail(contents, 'hello', ['a@x.example']))
  assert.ok(entry.ok)
  const { content } = entry.value
  const path = join(folder, 'segments', '0000000001.seg')
  const bytes = readFileSync(path)
  bytes[64 + 64 + 3] = (bytes[64 + 64 + 3] as number) ^ 1
  writeFileSync(path, bytes)
  await assert.rejects(contents.read(content), { name: 'CorruptContent' })
  appendFileSync(path, latin1('x'))
  await assert.rejects(contents.read({ ...content, size: content.size - 1 }), { name: 'CorruptContent' })
  await assert.rejects(contents.read({ ...content, ref: '9.64' as typeof content.ref }), { name: 'CorruptContent' })
})

test('the store file says what it was told, and nothing else is taken for one', () => {
  const store = { format: 2, id: Buffer.alloc(16, 5), shards: 4, generation: 3, state: 'complete' } as const
  assert.deepEqual(parseStoreFile(encodeStoreFile(store)), store)
  const text = encodeStoreFile(store)
  for (const wrong of ['', 'x', text.slice(0, -20), text.replace('shards: 4', 'shards: 0'), text.slice(1)])
    assert.throws(() => parseStoreFile(wrong), { code: 'damaged' })
})
