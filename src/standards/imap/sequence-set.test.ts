import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  encodeNumbers,
  inRanges,
  type NumberRange,
  normalise,
  reachesBeyond,
  type SequenceSet,
  star,
} from './sequence-set.ts'

const set = (...ranges: (readonly [number, number])[]): SequenceSet => ranges.map(([from, to]) => ({ from, to }))
const shown = (ranges: readonly NumberRange[]): string => ranges.map(({ from, to }) => `${from}-${to}`).join(' ')

for (const [name, given, last, expected] of [
  ['one number', set([3, 3]), 9, '3-3'],
  ['the wrong way round', set([5, 2]), 9, '2-5'],
  ['star', set([star, star]), 9, '9-9'],
  ['from star', set([star, 4]), 9, '4-9'],
  ['star below the other end (RFC 3501 §6.4.8: 559:* always names the last)', set([559, star]), 9, '9-9'],
  ['beyond the last', set([10, 12]), 9, ''],
  ['overlapping', set([4, 8], [1, 5], [8, 8]), 9, '1-8'],
  ['touching', set([1, 2], [3, 4], [6, 7]), 9, '1-4 6-7'],
  ['an empty mailbox', set([1, star]), 0, ''],
] as const)
  test(`a set is put in order: ${name}`, () => assert.equal(shown(normalise(given, last)), expected))

test('what reaches beyond the mailbox is noticed', () => {
  assert.equal(reachesBeyond(set([1, 9]), 9), false)
  assert.equal(reachesBeyond(set([1, 10]), 9), true)
  assert.equal(reachesBeyond(set([star, 10]), 9), true)
  assert.equal(reachesBeyond(set([star, star]), 9), false)
  assert.equal(reachesBeyond(set([star, star]), 0), true)
})

test('IM-08 ten thousand ranges over everything cost one range', () => {
  const bomb = set(...Array.from({ length: 10_000 }, () => [1, 4_294_967_295] as const))
  const milliseconds = spent(() => {
    assert.equal(shown(normalise(bomb, 100_000)), '1-100000')
    assert.equal(shown(normalise(set(...Array.from({ length: 10_000 }, () => [star, 1] as const)), 7)), '1-7')
  })
  assert.ok(milliseconds < 200, `${milliseconds} ms`)
})

test('IM-08 every number is named once and in order, as the set says', () => {
  const end = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(star))
  fc.assert(
    fc.property(fc.array(fc.tuple(end, end), { maxLength: 12 }), fc.nat(25), (ranges, last) => {
      const wanted = new Set<number>()
      for (const [a, b] of ranges) {
        const [x, y] = [a === star ? last : a, b === star ? last : b]
        for (let n = Math.min(x, y); n <= Math.max(x, y); n++) if (n >= 1 && n <= last) wanted.add(n)
      }
      const ready = normalise(set(...ranges), last)
      const named = ready.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
      assert.deepEqual(
        named,
        [...wanted].sort((a, b) => a - b),
      )
      assert.ok(ready.every((range, i) => i === 0 || range.from > (ready[i - 1] as NumberRange).to + 1))
      for (let n = 0; n <= 31; n++) assert.equal(inRanges(ready, n), wanted.has(n))
    }),
  )
})

test('numbers are shown as a set', () => {
  assert.equal(encodeNumbers([]), '')
  assert.equal(encodeNumbers([4]), '4')
  assert.equal(encodeNumbers(Uint32Array.of(1, 2, 3, 7, 9, 10)), '1:3,7,9:10')
  // COPYUID pairs by place: the order of the numbers stays.
  assert.equal(encodeNumbers([9, 3, 4, 1]), '9,3:4,1')
})

/** CPU time, which other programs on the machine do not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
