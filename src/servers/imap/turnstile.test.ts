import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from './turnstile.ts'

/** Who is inside, in the order of coming in. */
function visitors(turnstile: Turnstile) {
  const inside: string[] = []
  const leave = new Map<string, () => void>()
  return {
    inside,
    async come(account: number, name: string): Promise<void> {
      leave.set(name, await turnstile.enter(account))
      inside.push(name)
    },
    async go(name: string): Promise<void> {
      leave.get(name)?.()
      inside.splice(inside.indexOf(name), 1)
      await new Promise(setImmediate)
    },
  }
}

test('AC-11 so many of one account and so many of all are let in; who waits comes in turn', async () => {
  const { inside, come, go } = visitors(new Turnstile({ perAccount: 2, all: 3 }))
  for (const [account, name] of [
    [1, 'a'],
    [1, 'b'],
    [1, 'c'],
    [2, 'd'],
    [3, 'e'],
    [1, 'f'],
  ] as const)
    void come(account, name)
  await new Promise(setImmediate)
  assert.deepEqual(inside, ['a', 'b', 'd'])
  await go('d')
  assert.deepEqual(inside, ['a', 'b', 'e'], 'the first whose account has room')
  await go('a')
  assert.deepEqual(inside, ['b', 'e', 'c'])
  await go('e')
  assert.deepEqual(inside, ['b', 'c'])
  await go('b')
  assert.deepEqual(inside, ['c', 'f'])
  for (const name of ['c', 'f']) await go(name)
  await come(7, 'g')
  assert.deepEqual(inside, ['g'])
})
