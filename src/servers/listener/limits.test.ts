import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultListenLimits, makeSeats, networkOf } from './limits.ts'

test('an address of IPv4 counts alone, one of IPv6 with its network of 64 bits', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ] as const) {
    assert.equal(networkOf(address), network, address)
  }
})

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
