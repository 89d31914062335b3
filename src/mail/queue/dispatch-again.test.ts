import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { delivered, entry, settle, setUp } from '../../../test/kit/dispatch-under-test.ts'
import type { Attempt } from './dispatch.ts'
import type { QueueEntry, RecipientState } from './entry.ts'

test('what was deferred is tried again when it is due, and only then; the delivered one is left in peace', async () => {
  let asked: string[] = []
  let space = false
  const { dispatch, notes, at } = setUp(address => {
    asked.push(address)
    return address === 'full' && !space
      ? { state: 'deferred', until: instant(1000), attempts: 1, why: 'no-space' }
      : delivered
  })
  dispatch.take(entry(1, 'full', 'free'))
  await settle()
  assert.deepEqual(asked, ['full', 'free'])
  asked = []
  space = true
  at(999)
  dispatch.wake()
  await settle()
  assert.deepEqual(asked, [])
  at(1000)
  dispatch.wake()
  await settle()
  assert.deepEqual(asked, ['full'])
  assert.deepEqual(notes.at(-1), { id: 1, states: [delivered, undefined] })
})

test('QD-09 a letter that breaks its delivery stops no other, and comes again', async () => {
  let mended = false
  const { dispatch, notes, at } = setUp(address => {
    if (address === 'poison' && !mended) throw new Error('bug')
    return delivered
  })
  for (let i = 1; i <= 5; i++) dispatch.take(entry(i, i === 2 ? 'poison' : 'good'))
  await settle()
  const laterOn: Attempt = { state: 'deferred', until: instant(30_000), attempts: 1, why: 'broken' }
  assert.deepEqual(
    notes.map(({ id, states }) => [id, ...states]).sort(([a], [b]) => Number(a) - Number(b)),
    [1, 2, 3, 4, 5].map(id => [id, id === 2 ? laterOn : delivered]),
  )
  mended = true
  at(30_000)
  dispatch.wake()
  await settle()
  assert.deepEqual(notes.at(-1), { id: 2, states: [delivered] })
})

test('QD-09 one broken recipient costs the others of the letter nothing, and draining waits for them', async () => {
  let finish: (() => void) | undefined
  const { dispatch, notes } = setUp(address =>
    address === 'poison'
      ? Promise.reject(new Error('bug'))
      : new Promise(resolve => (finish = () => resolve(delivered))),
  )
  dispatch.take(entry(1, 'poison', 'slow'))
  let over = false
  void dispatch.drain().then(() => (over = true))
  await settle()
  assert.equal(over, false)
  finish?.()
  await settle()
  assert.equal(over, true)
  assert.deepEqual(
    notes[0]?.states.map(state => state?.state),
    ['deferred', 'delivered'],
  )
})

test('QD-15 a letter that was taken out of the queue is not tried again; a new one costs no question', async () => {
  let space = false
  const { dispatch, notes, looked, remove, at } = setUp(() =>
    space ? delivered : { state: 'deferred', until: instant(1000), attempts: 1, why: 'no-space' },
  )
  dispatch.take(entry(1, 'a'))
  dispatch.take(entry(2, 'a'))
  await settle()
  assert.deepEqual(looked, [])
  remove(1)
  space = true
  at(1000)
  dispatch.wake()
  await settle()
  assert.deepEqual(looked, [1, 2])
  assert.deepEqual(notes.slice(2), [{ id: 2, states: [delivered] }])
})

test('QD-15 what was taken out while a start works through the backlog is left alone', async () => {
  const { dispatch, notes, remove } = setUp(() => delivered, [entry(7, 'a'), entry(8, 'b')])
  remove(7)
  await dispatch.resume()
  await settle()
  assert.deepEqual(
    notes.map(note => note.id),
    [8],
  )
})

test('a queue that cannot be read is asked again', async () => {
  const { dispatch, notes, breakQueue } = setUp(() => delivered, [entry(7, 'a')])
  breakQueue(true)
  await dispatch.resume()
  await settle()
  assert.equal(notes.length, 0)
  breakQueue(false)
  dispatch.wake()
  await settle()
  assert.deepEqual(
    notes.map(note => note.id),
    [7],
  )
})

test('what is not due at a start is tried when it is; what another sends on is asked about once', async () => {
  const asked: string[] = []
  const later = (until: number): RecipientState => ({
    state: 'deferred',
    until: instant(until),
    attempts: 1,
    why: 'no-space',
  })
  const [notYet, moved] = [entry(7, 'a'), entry(8, 'far')].map(
    each => ({ ...each, recipients: each.recipients.map(one => ({ ...one, state: later(500) })) }) as QueueEntry,
  )
  const { dispatch, at } = setUp(
    address => {
      asked.push(address)
      return address === 'far' ? { state: 'stays' } : delivered
    },
    [notYet as QueueEntry, moved as QueueEntry],
  )
  await dispatch.resume()
  await settle()
  assert.deepEqual(asked, [])
  at(500)
  for (let i = 0; i < 3; i++) {
    dispatch.wake()
    await settle()
  }
  assert.deepEqual(asked, ['a', 'far'])
})

test('a start takes up what the last run left', async () => {
  const { dispatch, notes } = setUp(() => delivered, [entry(7, 'a'), entry(8, 'b')])
  await dispatch.resume()
  await settle()
  assert.deepEqual(
    notes.map(note => note.id),
    [7, 8],
  )
})

test('P3 a note that the disk did not take is written later, with what came meanwhile, and the delivery is not repeated', async () => {
  const asked: string[] = []
  let space = false
  const { dispatch, notes, fillDisk, at } = setUp(address => {
    asked.push(address)
    return address === 'full' && !space
      ? { state: 'deferred', until: instant(1000), attempts: 1, why: 'no-space' }
      : delivered
  })
  fillDisk(true)
  dispatch.take(entry(1, 'near', 'full'))
  await settle()
  dispatch.wake()
  await settle()
  assert.deepEqual(asked, ['near', 'full'])
  assert.deepEqual(
    notes.map(({ states }) => states.map(state => state?.state)),
    [
      ['delivered', 'deferred'],
      ['delivered', 'deferred'],
    ],
  )
  fillDisk(false)
  space = true
  at(1000)
  dispatch.wake()
  await settle()
  dispatch.wake()
  await settle()
  assert.deepEqual(asked, ['near', 'full', 'full'])
  assert.deepEqual(
    notes.slice(2).map(({ states }) => states.map(state => state?.state)),
    [
      ['delivered', 'deferred'],
      [undefined, 'delivered'],
    ],
  )
  const written = notes.length
  dispatch.wake()
  await settle()
  assert.equal(notes.length, written, 'what was paid is owed no more')
})
