import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { bytesOfAll, bytesOfPeer, makeDecisionBudget } from './decision-budget.ts'

const size = 400

function setUp() {
  const told: number[] = []
  const budget = makeDecisionBudget(({ count }) => told.push(count))
  const kept = (many: number, address: string, at = 0, door: 'mx' | 'lmtp' = 'mx'): number => {
    let spent = 0
    for (let n = 0; n < many; n++)
      if (budget.spend({ at: instant(at), door, peer: { address, helo: '' } }, size)) spent++
    return spent
  }
  return { budget, told, kept }
}

const fromPeer = Math.floor(bytesOfPeer / size)
const fromAll = Math.floor(bytesOfAll / size)

test('OV-09 a stranger who is refused without end fills no disk, and silences no other', () => {
  const { told, kept } = setUp()
  assert.equal(kept(1_000, '192.0.2.1'), fromPeer)
  assert.equal(kept(3, '192.0.2.2'), 3)
  assert.deepEqual(told, [])
  assert.equal(kept(1, '192.0.2.1', 60_000), 1)
  assert.deepEqual(told, [1_000 - fromPeer])
})

test('OV-09 many strangers together fill no disk; a mail server of our own goes on', () => {
  const { budget, told, kept } = setUp()
  let sum = 0
  for (let n = 0; n < 100; n++) sum += kept(20, `192.0.2.${n}`)
  assert.equal(sum, fromAll)
  assert.equal(kept(5_000, '127.0.0.1', 0, 'lmtp'), 5_000)
  budget.tell()
  budget.tell()
  assert.deepEqual(told, [2_000 - fromAll])
})

test('QD-06 a clock that was set back does not silence anybody', () => {
  const { kept } = setUp()
  kept(1_000, '192.0.2.1', 9_000_000)
  assert.equal(kept(1, '192.0.2.1', 5), 1)
})
