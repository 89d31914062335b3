import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { silentLog } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { type Attempt, makeDispatch } from './dispatch.ts'
import { entryId, type QueueEntry, type RecipientState } from './entry.ts'
import { nextAttempt } from './next-attempt.ts'
import type { MailQueue } from './queue.ts'

const entry = (id: number, ...addresses: string[]): QueueEntry =>
  ({
    id: entryId(id),
    recipients: addresses.map(address => ({ address, state: { state: 'waiting' } })),
  }) as unknown as QueueEntry

function setUp(attempt: (address: string) => Promise<Attempt> | Attempt, left: QueueEntry[] = []) {
  const notes: { id: number; states: readonly (RecipientState | undefined)[] }[] = []
  const looked: number[] = []
  const removed = new Set<number>()
  let broken = false
  let now = 0
  const dispatch = makeDispatch({
    queue: {
      update: async (id: number, states: readonly (RecipientState | undefined)[]) => {
        notes.push({ id, states })
        return ok(undefined)
      },
      list: async () => left,
      find: async (id: number) => {
        looked.push(id)
        if (broken) throw new Error('the disk is gone')
        return removed.has(id) ? undefined : {}
      },
    } as unknown as MailQueue,
    attempt: async (_entry, { address }) => attempt(address),
    clock: () => instant(now),
    log: silentLog,
  })
  return {
    dispatch,
    notes,
    looked,
    remove: (id: number) => removed.add(id),
    breakQueue: (is: boolean) => (broken = is),
    at: (time: number) => (now = time),
  }
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const delivered: Attempt = { state: 'delivered', at: instant(0) }

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
