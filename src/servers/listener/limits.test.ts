import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultListenLimits, makeSeats } from './limits.ts'

test('seats are taken and given back, in all and for each network', () => {
  const limits = { ...defaultListenLimits, maxConnections: 4, maxPerAddress: 2 }
  const seats = makeSeats(() => limits)
  assert.deepEqual(
    ['2001:db8::1', '2001:db8::2', '2001:db8::3', '192.0.2.1', '192.0.2.2', '192.0.2.3'].map(seats.take),
    [true, true, false, true, true, false],
  )
  assert.equal(seats.taken, 4)
  seats.leave('2001:db8::1')
  assert.deepEqual([seats.take('2001:db8::ffff'), seats.take('2001:db8::ffff')], [true, false])
})

test('OV-01 who is trusted may hold any number, though not more than there are', () => {
  const limits = { maxConnections: 4, maxPerAddress: 1, isTrusted: (address: string) => address === '127.0.0.1' }
  const seats = makeSeats(() => limits)
  assert.deepEqual(['192.0.2.1', '192.0.2.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1'].map(seats.take), [
    true,
    false,
    true,
    true,
    true,
    false,
  ])
})

test('OV-01 listeners that share a house share its seats, and give all of them back', () => {
  const house = makeSeats(() => ({ maxConnections: 3, maxPerAddress: 9 }))
  const [left, right] = [
    makeSeats(() => ({ maxConnections: 2, maxPerAddress: 9 }), house),
    makeSeats(() => ({ maxConnections: 9, maxPerAddress: 2 }), house),
  ]
  assert.deepEqual(
    [left, left, left, right, right].map(seats => seats.take('192.0.2.1')),
    [true, true, false, true, false],
  )
  assert.deepEqual([left.taken, right.taken, house.taken], [2, 1, 3])
  left.leave('192.0.2.1')
  assert.deepEqual([right.take('192.0.2.1'), right.take('192.0.2.1'), house.taken], [true, false, 3])
  for (const seats of [left, right, right]) seats.leave('192.0.2.1')
  assert.equal(house.taken, 0)
})
