import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import { delivered, entry, settle, setUp } from '../../../test/kit/dispatch-under-test.ts'
import type { QueueEntry } from './entry.ts'
import { nextAttempt } from './next-attempt.ts'

test('all recipients of a letter are tried, and noted at once', async () => {
  const { dispatch, notes } = setUp(() => delivered)
  dispatch.take(entry(1, 'a', 'b', 'c'))
  await settle()
  assert.deepEqual(notes, [{ id: 1, states: [delivered, delivered, delivered] }])
})

test('a recipient who stays as he is leaves no note', async () => {
  const { dispatch, notes } = setUp(address => (address === 'far' ? { state: 'stays' } : delivered))
  dispatch.take(entry(1, 'far'))
  dispatch.take(entry(2, 'near', 'far'))
  await settle()
  assert.deepEqual(notes, [{ id: 2, states: [delivered, undefined] }])
})

test('QD-14 draining waits for what is under way and begins nothing new', async () => {
  let finish: (() => void) | undefined
  const { dispatch, notes } = setUp(() => new Promise(resolve => (finish = () => resolve(delivered))))
  dispatch.take(entry(1, 'a'))
  const drained = dispatch.drain()
  dispatch.take(entry(2, 'b'))
  let over = false
  void drained.then(() => (over = true))
  await settle()
  assert.equal(over, false)
  finish?.()
  await drained
  assert.deepEqual(
    notes.map(note => note.id),
    [1],
  )
})

test('pauses grow to a little over an hour and stay there', () => {
  const pauses = [1, 2, 3, 20].map(n => nextAttempt(instant(0), n, 'elsewhere') / 60_000)
  assert.deepEqual(pauses, [5, 7.5, 11.25, 67])
})

test('letters that come together are delivered together, and nobody waits long for the others', async () => {
  const tried: string[] = []
  const { dispatch, at } = setUp(address => {
    tried.push(address)
    return delivered
  })
  const commits = Array.from({ length: 4 }, () => Promise.withResolvers<Result<QueueEntry, 'no-space'>>())
  for (const { promise } of commits) dispatch.expect(promise)
  const [first, second, third, fourth] = commits
  first?.resolve(ok(entry(1, 'a')))
  await settle()
  assert.deepEqual(tried, [])
  at(20)
  second?.resolve(ok(entry(2, 'b')))
  await settle()
  assert.deepEqual(tried, ['a', 'b'])
  third?.resolve(ok(entry(3, 'c')))
  await settle()
  assert.deepEqual(tried, ['a', 'b'])
  fourth?.reject(new Error('the disk is gone'))
  await settle()
  assert.deepEqual(tried, ['a', 'b', 'c'])
})

test('a letter that comes alone waits for nothing, and a refused one holds nobody up', async () => {
  const tried: string[] = []
  const { dispatch } = setUp(address => {
    tried.push(address)
    return delivered
  })
  dispatch.expect(Promise.resolve(fail('no-space')))
  dispatch.expect(Promise.resolve(ok(entry(1, 'a'))))
  await settle()
  assert.deepEqual(tried, ['a'])
})

test('a wake ends the wait for a commit that does not end', async () => {
  const { dispatch, notes } = setUp(() => delivered)
  dispatch.expect(new Promise(() => {}))
  dispatch.expect(Promise.resolve(ok(entry(1, 'a'))))
  await settle()
  assert.equal(notes.length, 0)
  dispatch.wake()
  await settle()
  assert.deepEqual(
    notes.map(note => note.id),
    [1],
  )
})
