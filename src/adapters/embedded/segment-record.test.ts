import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeRecord } from './content-record.ts'
import { digestOf, encodeFileHeader, parseFileHeader, parseHeader, parseRecord } from './segment-record.ts'

const payload = Buffer.from('Subject: x\r\n\r\nbody\r\n', 'latin1')
const { bytes } = encodeRecord('content', [payload.subarray(0, 5), payload.subarray(5)], 1_700_000_000_123, true)

test('a record reads as it was written, wherever it lies', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      fc.nat(100),
      fc.nat(9),
      (body, dotted, time, before) => {
        const record = encodeRecord('decision', [body], time, dotted)
        const place = Buffer.concat([Buffer.alloc(before, 7), record.bytes, Buffer.alloc(3, 9)])
        const found = parseRecord(place, before)
        assert.ok(typeof found !== 'string')
        assert.deepEqual([...found.payload], [...body])
        assert.equal(found.header.kind, 'decision')
        assert.equal(found.header.dotted, dotted)
        assert.equal(found.header.time, time)
        assert.deepEqual([...found.header.digest], [...digestOf(body)])
        assert.equal(record.length, record.bytes.length)
      },
    ),
  )
})

test('CR-04 a record that is cut at any byte is none', () => {
  for (let length = 0; length < bytes.length; length++)
    assert.equal(typeof parseRecord(bytes.subarray(0, length)), 'string', `cut at ${length}`)
  assert.notEqual(typeof parseRecord(bytes), 'string')
})

test('CR-04 a record whose end was never written, or whose start was not, is none', () => {
  for (let length = 0; length < bytes.length; length++) {
    const endMissing = Buffer.concat([bytes.subarray(0, length), Buffer.alloc(bytes.length - length)])
    if (Buffer.compare(endMissing, bytes) !== 0)
      assert.equal(typeof parseRecord(endMissing), 'string', `zeros from ${length}`)
    const startMissing = Buffer.concat([Buffer.alloc(length), bytes.subarray(length)])
    if (length > 0) assert.equal(typeof parseRecord(startMissing), 'string', `zeros to ${length}`)
  }
})

test('CR-17 any flipped bit is noticed', () => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    assert.equal(typeof parseRecord(flipped), 'string', `bit ${bit}`)
  }
})

test('a header that announces more than there is allocates nothing and is no record', () => {
  const header = Buffer.from(bytes.subarray(0, 64))
  assert.ok(parseHeader(header))
  assert.equal(parseRecord(header), 'the record is cut off')
  assert.equal(parseHeader(header, 10), undefined)
  assert.equal(parseHeader(new Uint8Array(0)), undefined)
})

test('the header of a segment reads as it was written, and not when a bit is flipped', () => {
  const header = { storeId: new Uint8Array(16).fill(9), segment: 12, generation: 3, made: 1_700_000_000_000 }
  const written = encodeFileHeader(header)
  assert.deepEqual(parseFileHeader(written), header)
  for (let bit = 0; bit < written.length * 8; bit++) {
    const flipped = Buffer.from(written)
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
    assert.equal(parseFileHeader(flipped), undefined, `bit ${bit}`)
  }
  assert.equal(parseFileHeader(written.subarray(0, 63)), undefined)
})
