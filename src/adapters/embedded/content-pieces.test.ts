import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContentRef, CorruptContent, type StoredContent } from '#mail/store'
import { contentPieces } from './content-pieces.ts'
import { encodeRecord } from './content-record.ts'

const payload = Buffer.from(
  Array.from({ length: 150_000 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(10)).join(''),
)

/** A segment with one content in it at 1000, in which `spoil` may change a byte, and how often it was read. */
function segmentWith(spoil: (file: Uint8Array) => void = () => {}) {
  const { bytes } = encodeRecord('content', [payload], 0)
  const file = Buffer.concat([Buffer.alloc(1000), bytes])
  spoil(file)
  const content: StoredContent = { ref: '1.1000' as ContentRef, size: payload.length, dotted: false }
  const reads: number[] = []
  const pieces = contentPieces(async (_content, _segment, from, to) => {
    reads.push(to - from)
    return file.subarray(from, to)
  })
  const all = async (): Promise<Buffer> => {
    const got: Uint8Array[] = []
    for await (const piece of pieces.readPieces(content)) got.push(piece)
    return Buffer.concat(got)
  }
  return { content, reads, pieces, all }
}

test('a content comes in pieces, and they are all of it', async () => {
  const { all, reads } = segmentWith()
  assert.ok((await all()).equals(payload))
  assert.ok(reads.length >= 4 && Math.max(...reads) <= 600_000)
})

test('P7 of a spoilt content the last piece never comes, and then none', async () => {
  for (const at of [1064, 500_000, 1064 + payload.length - 1, 1064 + payload.length]) {
    const { content, pieces } = segmentWith(file => {
      file[at] = (file[at] as number) ^ 1
    })
    let got = 0
    const read = async (): Promise<void> => {
      for await (const piece of pieces.readPieces(content)) got += piece.length
    }
    await assert.rejects(read(), CorruptContent)
    assert.ok(got > 0 && got < payload.length)
    got = 0
    await assert.rejects(read(), CorruptContent)
    assert.equal(got, 0, 'it is known')
  }
})

test('P7 a record that is another or cut off is not begun', async () => {
  for (const [from, to] of [
    [1000, 1001],
    [1004, 1005],
    [1020, 1021],
  ] as const) {
    const { all } = segmentWith(file => file.fill(0xff, from, to))
    await assert.rejects(all(), CorruptContent)
  }
  const { pieces, content } = segmentWith()
  await assert.rejects(async () => {
    for await (const piece of pieces.readPieces({ ...content, size: content.size - 1 }))
      assert.fail(String(piece.length))
  }, /has another size/)
})

test('P7 a part is given of what was checked as a whole, and that is done once', async () => {
  const { content, pieces, reads } = segmentWith()
  const part = await pieces.readRange(content, 700_003, 700_013)
  assert.equal(Buffer.from(part).toString(), payload.toString('latin1', 700_003, 700_013))
  const before = reads.length
  assert.ok(before > 1)
  await pieces.readRange(content, 5, 15)
  assert.equal(reads.length, before + 1)
  const spoilt = segmentWith(file => {
    file[1_400_000] = 0
  })
  await assert.rejects(spoilt.pieces.readRange(spoilt.content, 5, 15), CorruptContent)
})
