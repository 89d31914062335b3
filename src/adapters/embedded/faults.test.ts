import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { engineRoom, temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { checkQueue, readSaid, type Said } from '../../../test/kit/embedded-letters.ts'
import { skipWithout } from '../../../test/kit/needs.ts'
import { killPoints, runToEnd, runWithFault, watchCalls } from '../../../test/kit/system-calls.ts'
import { sampleMail } from '../../mail/queue/queue.contract.ts'

const writer = fileURLToPath(new URL('../../../test/kit/embedded-writer.ts', import.meta.url))
const skip = skipWithout({ strace: 'strace' })
const skipMount = process.getuid?.() === 0 ? false : 'mounting needs root'
/** How many of the points where the program can be killed are tried; all of them are some 150. */
const points = Number(process.env.HAUSPOST_KILL_POINTS ?? 6)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)

// The writer's thread pool has one thread, so that its calls can be counted.
process.env.UV_THREADPOOL_SIZE = '1'
const room = engineRoom()
after(() => room.end())

interface Ended {
  readonly said: Said
  readonly code: number | null
}

/** Runs the writer, under strace with a fault if there is one; `fault@file` is one of that file alone. */
async function run(folder: string, fault: string | undefined, ...words: string[]): Promise<Ended> {
  const program = [process.execPath, writer, folder, ...words]
  const [what, file] = fault?.split('@') ?? []
  const { output, code } = await (what === undefined
    ? runToEnd(program)
    : runWithFault(what, program, file && join(folder, file)))
  return { said: readSaid(output), code }
}

async function check(folder: string, said: Said): Promise<void> {
  const engine = await room.openOn(folder)
  await checkQueue(engine, said)
  // No id is given twice, whatever became of its letter.
  const ids = said.lines.flatMap(line => (line.startsWith('ack ') ? [Number(line.split(' ')[2])] : []))
  const next = await engine.queue.commit(sampleMail(engine.contents, 'next', ['a@x.example']))
  assert.ok(next.ok && ids.every(id => id < next.value.id), `an id is given again: ${JSON.stringify(next)}`)
  await engine.queue.remove(next.value.id)
  await engine.close()
}

test('the writer runs to its end, and the check would notice a loss', async () => {
  const folder = temporaryFolder()
  const { said, code } = await run(folder, undefined, '21')
  assert.equal(code, 0)
  assert.equal(said.numbers('ack').size, 21)
  await check(folder, said)
  const engine = await room.openOn(folder)
  const first = (await engine.queue.list())[0]
  assert.ok(first)
  await engine.queue.remove(first.id)
  await assert.rejects(checkQueue(engine, said), /is lost/)
})

test('CR-01 CR-07 I1 content, then index, then the answer', { skip }, async () => {
  const above = temporaryFolder()
  const folder = join(above, 'new', 'data')
  const names = ['pwritev', 'pwrite64', 'fdatasync', 'fsync', 'write']
  const { calls, code } = await watchCalls(names, [process.execPath, writer, folder, '5', '1'])
  assert.equal(code, 0)
  const next = (from: number, name: string, words: RegExp): number => {
    const place = calls.findIndex((call, at) => at > from && call.name === name && words.test(call.words))
    return place < 0 ? Number.POSITIVE_INFINITY : place
  }
  const begins = next(-1, 'write', /"try 0\\n/)
  for (const made of [above, join(above, 'new'), folder, join(folder, 'shards'), join(folder, 'shards', '00')])
    assert.ok(next(-1, 'fsync', new RegExp(`<${made}>`)) < begins, `the names in ${made} are not synced`)
  const named = next(-1, 'fsync', /\/segments>/)
  for (let letter = 0; letter < 5; letter++) {
    const begun = next(-1, 'write', new RegExp(`"try ${letter}\\\\n`))
    const answered = next(-1, 'write', new RegExp(`"ack ${letter} `))
    const written = next(begun, 'pwritev', /\.seg>, .*HPR1/)
    const kept = next(written, 'fdatasync', /\.seg>/)
    const noted = next(kept, 'pwrite64', /queue\.sqlite-wal>/)
    const synced = next(noted, 'fsync', /queue\.sqlite-wal>/)
    const order = [begun, written, kept, noted, synced, answered]
    assert.ok(order.every((place, i) => i === 0 || (order[i - 1] as number) < place) && named < kept, String(order))
  }
})

test('CR-01 killed at any system call that writes, no acknowledged letter is lost, none comes twice', {
  skip,
}, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED), ${points} points (HAUSPOST_KILL_POINTS)`)
  // strace counts for each thread.
  const most = { pwritev: 5, pwrite64: 120, fdatasync: 6, fsync: 40, rename: 2, ftruncate: 2, unlink: 3 }
  let killed = 0
  for (const point of killPoints(most, points, seed)) {
    const folder = temporaryFolder()
    const first = await run(folder, point, '24', '3')
    if (!first.said.lines.includes('closed')) killed++
    await check(folder, first.said).catch(error => {
      throw new Error(`killed at ${point}: ${String(error)}`, { cause: error })
    })
    rmSync(folder, { recursive: true })
  }
  assert.ok(killed > 0, 'nothing was killed')
})

test('CR-26 killed while a store is made, the next start finishes it', { skip }, async () => {
  for (const point of ['rename:signal=SIGKILL:when=1', 'fsync:signal=SIGKILL:when=2', 'mkdir:signal=SIGKILL:when=1']) {
    const folder = join(temporaryFolder(), 'data')
    const { said } = await run(folder, point, '1')
    assert.ok(!said.lines.includes('closed'), point)
    await check(folder, said)
  }
  // And while it is taken up again.
  const folder = temporaryFolder()
  await run(folder, undefined, '0')
  for (const point of ['rename:1', 'rename:2', 'rename:1', 'fsync:5'].map(one =>
    one.replace(':', ':signal=SIGKILL:when='),
  )) {
    const { said } = await run(folder, point, '0')
    assert.ok(!said.lines.includes('open'), point)
  }
  await check(folder, readSaid(''))
})

test('CR-05 after a failed sync of contents nobody is acknowledged, and the program ends', { skip }, async () => {
  const folder = temporaryFolder()
  const { said, code } = await run(folder, 'fdatasync:error=EIO:when=1', '12')
  assert.equal(code, 70)
  assert.equal(said.numbers('ack').size, 0)
  assert.ok(said.lines.some(line => line.startsWith('fatal ')))
  await check(folder, said)
})

test('CR-05 after a failed sync of the index nobody is acknowledged, and the program ends', { skip }, async () => {
  const folder = temporaryFolder()
  await run(folder, undefined, '0')
  // One letter at a time: the one whose sync fails is the last that was tried.
  const { said, code } = await run(folder, 'fsync:error=EIO:when=5@queue.sqlite-wal', '12', '1')
  assert.equal(code, 70)
  const [tried, acknowledged] = [said.numbers('try').size, said.numbers('ack').size]
  assert.ok(acknowledged > 0 && acknowledged === tried - 1, said.lines.join())
  await check(folder, said)
})

test('CR-05 a failed sync while the log of the index is carried over ends the program too', { skip }, async () => {
  const folder = temporaryFolder()
  // The main thread syncs the file once, at the start; the writing thread each time when the log has grown.
  const { said, code } = await run(folder, 'fsync:error=EIO:when=2@queue.sqlite', '900', '1')
  assert.equal(code, 70, said.lines.at(-1) ?? '')
  assert.ok(said.numbers('ack').size > 0)
  await check(folder, said)
})

test('CR-05 what is left in a log is written once more and synced before it is read', { skip }, async () => {
  const folder = temporaryFolder()
  const { said } = await run(folder, 'fdatasync:signal=SIGKILL:when=4', '12', '1')
  const { calls } = await watchCalls(['pwrite64', 'write', 'fsync'], [process.execPath, writer, folder, '0'])
  const onQueue = calls.filter(({ words }) => /queue\.sqlite(-wal)?>/.test(words))
  const names = onQueue.map(({ name, words }) => `${name} ${/queue\.sqlite(-wal)?>/.exec(words)?.[1] ?? ''}`)
  assert.deepEqual(names.slice(0, 2), ['pwrite64 -wal', 'fsync -wal'])
  await check(folder, said)
})

test('CR-12 a refused write is told, an interrupted one repeated; the store lives on', { skip }, async () => {
  for (const [fault, refuses] of [
    ['pwritev:error=EDQUOT:when=1', true],
    ['pwritev:error=EROFS:when=1', true],
    ['pwritev:error=EINTR:when=1', false],
    ['pwrite64:error=EDQUOT:when=20@queue.sqlite-wal', true],
    ['pwrite64:error=EROFS:when=20+@queue.sqlite-wal', true],
    ['pwrite64:error=EINTR:when=20@queue.sqlite-wal', false],
  ] as const) {
    const folder = temporaryFolder()
    const { said, code } = await run(folder, fault, '24', '3')
    assert.equal(code, 0, fault)
    assert.equal(said.numbers('no-space').size > 0, refuses, fault)
    assert.equal(said.numbers('ack').size + said.numbers('no-space').size, 24)
    await check(folder, said)
  }
})

test('CR-09 CR-10 on a disk that fills up letters are refused, none is lost, and room helps', {
  skip: skipMount,
}, async t => {
  for (const [options, reserve] of [
    ['size=3m', '1000000'],
    ['size=2m', '0'],
    ['size=3m,nr_inodes=21', '0'],
  ] as const) {
    const folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
    t.after(() => void execFileSync('umount', ['-l', folder]))
    const { said, code } = await run(folder, undefined, '60', '3', reserve)
    assert.equal(code, 0, said.lines.join())
    assert.ok(said.numbers('no-space').size > 0, options)
    assert.ok(said.numbers('ack').size > 0, options)
    execFileSync('mount', ['-o', 'remount,size=256m,nr_inodes=1000', folder])
    await check(folder, said)
    const copy = temporaryFolder()
    cpSync(folder, copy, { recursive: true })
    const again = await run(copy, undefined, '1', '1', '0')
    assert.equal(again.code, 0, again.said.lines.join())
  }
})
