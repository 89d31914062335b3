import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { parseMessageIds, usualMessageLimits } from './index.ts'

const limits = usualMessageLimits
const read = (text: string): string => parseMessageIds(text, limits).join(' ')

test('message-ids are what stands in angle brackets', () => {
  const table: readonly (readonly [string, string])[] = [
    ['<a@x>', '<a@x>'],
    ['<a@x> <b@y>', '<a@x> <b@y>'],
    ['<a@x><b@y>,\t(c) <c@z>', '<a@x> <b@y> <c@z>'],
    ['< a @ x >', '<a@x>'],
    ['Your message of Monday <a@x>', '<a@x>'],
    ['<<a@x>', '<a@x>'],
    ['<a@x>>', '<a@x>'],
    ['<>', ''],
    ['a@x', ''],
    ['<a@x', ''],
    ['><', ''],
    ['', ''],
  ]
  for (const [text, expected] of table) assert.equal(read(text), expected, text)
})

test('MI-20 of too many references the root and the nearest are kept, in time', () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `<${i}@x>`)
  const begin = cpuTime()
  const kept = parseMessageIds(ids.join(' '), limits)
  assert.equal(kept.length, limits.references)
  assert.equal(kept[0], '<0@x>')
  assert.deepEqual(kept.slice(1), ids.slice(1 - limits.references))
  assert.deepEqual(parseMessageIds(ids.slice(0, 100).join(' '), limits), ids.slice(0, 100))
  for (const bomb of [
    '<'.repeat(1_000_000),
    '>'.repeat(1_000_000),
    '<>'.repeat(500_000),
    '><'.repeat(500_000),
    `<${'a'.repeat(1_000_000)}>`,
  ]) {
    assert.deepEqual(parseMessageIds(bomb, limits), [])
  }
  assert.ok(cpuTime() - begin < 1500, `${cpuTime() - begin} ms`)
})
