import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { segmentFile } from './content-ref.ts'
import { openSegmentFiles } from './segment-files.ts'

test('no file is closed while it is read, however few may be open', async t => {
  const folder = temporaryFolder()
  for (const segment of [1, 2, 3]) writeFileSync(segmentFile(folder, segment), Buffer.alloc(1_000, segment))
  const files = openSegmentFiles(folder, 1)
  t.after(() => files.close())
  // Beyond its end, so that each is read twice.
  const reads = Array.from({ length: 60 }, (_, i) => files.read(1 + (i % 3), 0, 2_000))
  for (const [i, bytes] of (await Promise.all(reads)).entries())
    assert.deepEqual([bytes.length, bytes[0], bytes[999]], [1_000, 1 + (i % 3), 1 + (i % 3)])
})

test('a segment that is missing is looked for again', async t => {
  const folder = temporaryFolder()
  const files = openSegmentFiles(folder)
  t.after(() => files.close())
  await assert.rejects(files.read(7, 0, 10), { code: 'ENOENT' })
  writeFileSync(segmentFile(folder, 7), 'come back')
  assert.equal(Buffer.from(await files.read(7, 0, 4)).toString(), 'come')
})
