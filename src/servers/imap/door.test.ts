import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Door, type Guest } from './door.ts'
import type { ImapNeeds } from './session.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Has so many pieces to tell, each of so many milliseconds. */
function guest(name: string, pieces: number, milliseconds: number, told: string[]): Guest {
  return {
    user: undefined,
    hangUp() {},
    tellIdle() {
      const began = performance.now()
      while (performance.now() - began < milliseconds);
      told.push(name)
      return --pieces > 0
    },
  }
}

test('what happens in one turn is told in one go', async () => {
  const door = new Door({} as ImapNeeds)
  const told: string[] = []
  const one = guest('one', 1, 0, told)
  for (let i = 0; i < 5; i++) door.announce(one)
  door.announce(guest('two', 1, 0, told))
  assert.deepEqual(told, [])
  await turn()
  assert.deepEqual(told, ['one', 'two'])
  door.announce(one)
  await turn()
  assert.deepEqual(told, ['one', 'two', 'one'])
})

test('IM-12 who has much to hear is told a piece after the other, and others have their turn between them', async () => {
  const door = new Door({} as ImapNeeds)
  const told: string[] = []
  door.announce(guest('long', 3, 0, told))
  for (const name of ['a', 'b', 'c']) door.announce(guest(name, 1, 8, told))
  let turns = 0
  for (; told.length < 6; turns++) await turn()
  assert.deepEqual(told, ['long', 'a', 'b', 'c', 'long', 'long'])
  assert.ok(turns > 1)
})
