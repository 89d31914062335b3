import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { makeSlowDown } from './slow-down.ts'

const attempt = { address: '192.0.2.7', login: 'account 1' }
const hour = 60 * 60_000

test('a secret that was tried counts once, and again when its failure is forgiven', () => {
  const slow = makeSlowDown()
  for (let i = 0; i < 20; i++) slow.failed(attempt, 'stale', instant(0))
  assert.equal(slow.before(attempt, instant(0)), 0)
  for (const secret of ['a', 'b', 'c']) slow.failed(attempt, secret, instant(0))
  assert.equal(slow.before(attempt, instant(0)), 4_000)
  const later = 3 * hour
  assert.equal(slow.before(attempt, instant(later)), 0)
  for (const secret of ['stale', 'a', 'b']) slow.failed(attempt, secret, instant(later))
  assert.equal(slow.before(attempt, instant(later)), 2_000)
})
