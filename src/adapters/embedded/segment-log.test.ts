import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLog } from '#base/log'
import { encodeRecord } from './content-record.ts'
import { segmentFile } from './content-ref.ts'
import { openSegmentFiles } from './segment-files.ts'
import { openSegmentLog, type SegmentLogOptions } from './segment-log.ts'
import { parseRecord } from './segment-record.ts'
import { writeAll } from './segment-roll.ts'
import { SpoolFailed } from './spool.ts'

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-segments-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

const openOn = (folder: string, more: Partial<SegmentLogOptions> = {}) =>
  openSegmentLog({
    folder,
    storeId: new Uint8Array(16),
    generation: 1,
    space: { fits: () => true },
    now: () => 0,
    log: silentLog,
    onFatal: error => assert.fail(error),
    ...more,
  })

const record = (text: string) => encodeRecord('content', [Buffer.from(text)], 0)

async function readBack(folder: string, { segment, offset }: { segment: number; offset: number }): Promise<string> {
  const files = openSegmentFiles(folder)
  const found = parseRecord(await files.read(segment, offset, offset + 10_000))
  await files.close()
  return typeof found === 'string' ? found : Buffer.from(found.payload).toString()
}

test('what is appended together lies together, and reads back', async t => {
  const folder = folderFor(t)
  const log = await openOn(folder)
  const texts = Array.from({ length: 50 }, (_, i) => `text ${i}`)
  const placed = await Promise.all(texts.map(text => log.append([record(text), record(`${text}b`)])))
  for (const [i, one] of placed.entries()) {
    assert.ok(one.ok)
    const [first, second] = one.value
    assert.equal(await readBack(folder, first!), texts[i])
    assert.equal(await readBack(folder, second!), `${texts[i]}b`)
    assert.equal(second!.offset, first!.offset + record(texts[i]!).length)
  }
  await log.close()
  assert.deepEqual(await log.append([record('late')]), { ok: false, failure: 'store-closed' })
})

test('CR-04 CR-27 the torn tail of an earlier run is left as it is', async t => {
  const folder = folderFor(t)
  const first = await openOn(folder)
  await first.append([record('one')])
  await first.close()
  appendFileSync(segmentFile(folder, 1), record('torn').bytes.subarray(0, 40))
  const size = statSync(segmentFile(folder, 1)).size
  const second = await openOn(folder)
  assert.deepEqual(readdirSync(folder).length, 1, 'a start that appends nothing makes no segment')
  const placed = await second.append([record('two')])
  assert.ok(placed.ok)
  assert.equal(placed.value[0]?.segment, 2)
  assert.equal(await readBack(folder, placed.value[0]!), 'two')
  assert.equal(statSync(segmentFile(folder, 1)).size, size)
  await second.close()
})

test('a full segment is ended and another begun, and both are told', async t => {
  const folder = folderFor(t)
  const told: string[] = []
  const log = await openOn(folder, {
    rollAt: 300,
    onBegin: segment => told.push(`begin ${segment}`),
    onEnd: (segment, length) => told.push(`end ${segment} ${length}`),
  })
  const places: { segment: number; offset: number }[] = []
  for (let i = 0; i < 4; i++) {
    const placed = await log.append([record(`number ${i}`)])
    assert.ok(placed.ok)
    places.push(placed.value[0]!)
  }
  await log.close()
  assert.deepEqual(
    places.map(place => place.segment),
    [1, 1, 1, 2],
  )
  assert.deepEqual(told, ['begin 1', 'end 1 292', 'begin 2', 'end 2 140'])
  for (const [i, place] of places.entries()) assert.equal(await readBack(folder, place), `number ${i}`)
})

test('CR-09 below the reserve nothing is taken', async t => {
  const folder = folderFor(t)
  let free = 1_000
  const log = await openOn(folder, { space: { fits: bytes => bytes <= free } })
  assert.ok((await log.append([record('x')])).ok)
  free = 10
  assert.deepEqual(await log.append([record('x')]), { ok: false, failure: 'no-space' })
  await log.close()
})

test('CR-12 a write the disk refuses is answered, cut off, and followed by a new segment', async t => {
  const folder = folderFor(t)
  const log = await openOn(folder)
  await log.append([record('before')])
  const size = statSync(segmentFile(folder, 1)).size
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS']) {
    const refusing = {
      length: 5_000,
      async copyTo(file: FileHandle, at: number) {
        await file.write(Buffer.alloc(100, 1), 0, 100, at)
        throw Object.assign(new Error(code), { code })
      },
    }
    assert.deepEqual(await log.append([refusing]), { ok: false, failure: 'no-space' })
    assert.ok((await log.append([record('after')])).ok)
  }
  assert.equal(statSync(segmentFile(folder, 1)).size, size)
  await log.close()
})

test('CR-05 a write error that is no refusal stops the log: nobody is answered', async t => {
  const folder = folderFor(t)
  const fatal: string[] = []
  const log = await openOn(folder, { onFatal: error => fatal.push(error.message) })
  const broken = { length: 100, copyTo: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) }
  const both = await Promise.allSettled([log.append([record('beside')]), log.append([broken])])
  assert.deepEqual(
    both.map(one => one.status),
    ['rejected', 'rejected'],
  )
  assert.deepEqual(fatal, ['EIO'])
  assert.deepEqual(await log.append([record('late')]), { ok: false, failure: 'store-closed' })
  await log.close()
})

test('QD-09 a letter that cannot be read back from its spool costs the others of its group nothing', async t => {
  const folder = folderFor(t)
  const log = await openOn(folder)
  await log.append([record('before')])
  const size = statSync(segmentFile(folder, 1)).size
  const code = 'ERR_OUT_OF_RANGE'
  for (const error of [new SpoolFailed('EIO'), Object.assign(new RangeError('a bug'), { code })]) {
    const broken = {
      length: 5_000,
      async copyTo(file: FileHandle, at: number) {
        await file.write(Buffer.alloc(100, 1), 0, 100, at)
        throw error
      },
    }
    const [before, lost, behind] = await Promise.allSettled([
      log.append([record('beside')]),
      log.append([broken]),
      log.append([record('behind')]),
    ])
    assert.deepEqual(lost, { status: 'rejected', reason: error })
    for (const [one, text] of [
      [before, 'beside'],
      [behind, 'behind'],
    ] as const) {
      assert.ok(one.status === 'fulfilled' && one.value.ok)
      assert.equal(await readBack(folder, one.value.value[0]!), text)
    }
  }
  assert.equal(readdirSync(folder).length, 1)
  assert.equal(statSync(segmentFile(folder, 1)).size, size + 4 * record('beside').length)
  await log.close()
})

test('CR-11 short writes are finished, whatever their length', async () => {
  for (let most = 1; most <= 12; most++) {
    const disk = Buffer.alloc(40)
    const file = {
      async writev(parts: readonly Uint8Array[], at: number) {
        const taken = Buffer.concat(parts).subarray(0, most)
        disk.set(taken, at)
        return { bytesWritten: taken.length }
      },
    } as unknown as FileHandle
    const parts = ['abc', '', 'defgh', 'i', 'jklmnopqrs'].map(text => Buffer.from(text))
    assert.equal(await writeAll(file, parts, 3), 22)
    assert.equal(disk.toString('latin1', 3, 22), 'abcdefghijklmnopqrs')
  }
})
