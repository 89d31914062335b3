import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Announced,
  lastKnownUid,
  nothingAnnounced,
  numberOfUid,
  type UidColumn,
  uidOfNumber,
  uidsOfNumbers,
  uidsOfUids,
  withArrivals,
  withGone,
  withoutGone,
} from './message-numbers.ts'
import { normalise, star } from './sequence-set.ts'

const column = (...uids: number[]): UidColumn => ({ count: uids.length, uid: Uint32Array.of(...uids, 0, 0) })
const told = (exists: number, lastUid: number, ...gone: number[]): Announced => ({
  exists,
  lastUid,
  gone: Uint32Array.of(...gone),
})

/** `.` for a message that is gone. */
const numbered = (column: UidColumn, told: Announced): string =>
  Array.from({ length: told.exists }, (_, i) => uidOfNumber(column, told, i + 1) || '.').join(' ')

for (const [name, given, announced, expected] of [
  ['nothing pending', column(3, 5, 9), told(3, 9), '3 5 9'],
  ['an empty mailbox', column(), told(0, 0), ''],
  ['an arrival untold', column(3, 5, 9), told(2, 5), '3 5'],
  ['the first is gone', column(5, 9), told(3, 9, 3), '. 5 9'],
  ['one in the middle is gone', column(3, 9), told(3, 9, 5), '3 . 9'],
  ['the last is gone', column(3, 5), told(3, 9, 9), '3 5 .'],
  ['neighbours are gone', column(3, 12), told(5, 12, 5, 7, 9), '3 . . . 12'],
  ['all are gone', column(), told(3, 9, 3, 5, 9), '. . .'],
  ['one is gone and another has come', column(3, 9, 11), told(3, 9, 5), '3 . 9'],
  ['one has come and gone untold', column(3, 5), told(2, 5), '3 5'],
] as const)
  test(`numbers when ${name}`, () => {
    assert.equal(numbered(given, announced), expected)
    for (let number = 1; number <= announced.exists; number++) {
      const uid = uidOfNumber(given, announced, number)
      if (uid > 0) assert.equal(numberOfUid(given, announced, uid), number)
    }
    for (const uid of announced.gone) assert.equal(numberOfUid(given, announced, uid), 0)
    for (const number of [0, announced.exists + 1, 4_294_967_295])
      assert.equal(uidOfNumber(given, announced, number), 0)
    assert.equal(numberOfUid(given, announced, 4), 0)
    assert.equal(numberOfUid(given, announced, announced.lastUid + 2), 0)
  })

test('EXPUNGE is told from the last to the first, so that no number moves before it is told', () => {
  const [after, numbers] = withoutGone(column(3, 12), told(5, 12, 5, 7, 9))
  assert.deepEqual([...numbers], [4, 3, 2])
  assert.deepEqual(after, told(2, 12))
  assert.deepEqual(withoutGone(column(3), told(1, 3)), [told(1, 3), new Uint32Array(0)])
})

test('what was never told is not told when it goes', () => {
  assert.deepEqual(withGone(told(2, 5), Uint32Array.of(5, 9)), told(2, 5, 5))
  assert.deepEqual(withGone(told(2, 5, 5), Uint32Array.of(3)), told(2, 5, 3, 5))
  assert.deepEqual(withGone(told(4, 9, 4, 8), Uint32Array.of(3, 5, 9, 11)), told(4, 9, 3, 4, 5, 8, 9))
  const same = told(2, 5)
  assert.equal(withGone(same, Uint32Array.of(9)), same)
})

test('arrivals make a number for each that is there, and none for what came and went', () => {
  assert.deepEqual(withArrivals(column(3, 9), told(2, 5, 5)), told(3, 9, 5))
  assert.deepEqual(withArrivals(column(3, 5), nothingAnnounced), told(2, 5))
})

test('a range of UIDs ends where the knowledge of the client ends', () => {
  assert.deepEqual([...uidsOfUids(column(3, 5, 9), told(2, 5), [{ from: 4, to: 9 }])], [5])
})

test('star among UIDs is the last that the client knows of', () => {
  assert.equal(lastKnownUid(column(3, 5, 9), told(2, 5)), 5)
  assert.equal(lastKnownUid(column(3), told(2, 5, 5)), 3)
  assert.equal(lastKnownUid(column(), told(0, 5)), 0)
})

test('IM-08 sets of everything cost no more than the mailbox', () => {
  const many: UidColumn = { count: 100_000, uid: Uint32Array.from({ length: 100_000 }, (_, i) => 2 * i + 1) }
  const all = withArrivals(many, nothingAnnounced)
  const bomb = Array.from({ length: 10_000 }, () => ({ from: 1, to: 4_294_967_295 }))
  const milliseconds = spent(() => {
    assert.equal(uidsOfUids(many, all, normalise(bomb, lastKnownUid(many, all))).length, 100_000)
    assert.equal(uidsOfNumbers(many, all, normalise(bomb, all.exists)).uids.length, 100_000)
  })
  assert.ok(milliseconds < 200, `${milliseconds} ms`)
})

/** What the client believes, by number. */
interface Believed {
  readonly known: { readonly uid: number; gone: boolean }[]
}

const move = fc.record({ kind: fc.constantFrom('arrive', 'expunge', 'tell', 'tellArrivals'), pick: fc.nat(1_000) })

test('whatever happens, the numbers are those of a session that keeps a list', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), moves => {
      const live: number[] = []
      const believed: Believed = { known: [] }
      let state = nothingAnnounced
      let next = 1
      for (const { kind, pick } of moves) {
        if (kind === 'arrive') {
          next += 1 + (pick % 3)
          live.push(next)
        } else if (kind === 'expunge' && live.length > 0) {
          const at = pick % live.length
          const uids = live.splice(at, 1 + (pick % 2))
          state = withGone(state, Uint32Array.from(uids))
          for (const each of believed.known) if (uids.includes(each.uid)) each.gone = true
        } else if (kind === 'tell') {
          const [after, numbers] = withoutGone(column(...live), state)
          state = after
          for (const number of numbers) {
            assert.ok(believed.known[number - 1]?.gone)
            believed.known.splice(number - 1, 1)
          }
          assert.ok(believed.known.every(each => !each.gone))
        } else if (kind === 'tellArrivals') {
          state = withArrivals(column(...live), state)
          const last = Math.max(0, ...believed.known.map(({ uid }) => uid))
          for (const uid of live)
            if (uid > last && !believed.known.some(each => each.uid === uid)) {
              believed.known.push({ uid, gone: false })
            }
        }
        const now = column(...live)
        assert.equal(state.exists, believed.known.length)
        assert.equal(numbered(now, state), believed.known.map(({ uid, gone }) => (gone ? '.' : uid)).join(' '))
        const set = [
          { from: 1 + (pick % 7), to: star },
          { from: 2, to: 4 },
        ]
        const wanted = (given: number, last: number): boolean =>
          (given >= Math.min(last, 1 + (pick % 7)) && given <= Math.max(last, 1 + (pick % 7))) ||
          (given >= 2 && given <= 4)
        const here = believed.known.map((each, i) => ({ ...each, number: i + 1 })).filter(({ gone }) => !gone)
        assert.deepEqual(
          [...uidsOfNumbers(now, state, normalise(set, state.exists)).uids],
          here.filter(({ number }) => wanted(number, state.exists)).map(({ uid }) => uid),
        )
        const last = lastKnownUid(now, state)
        assert.equal(last, here.at(-1)?.uid ?? 0)
        assert.deepEqual(
          [...uidsOfUids(now, state, normalise(set, last))],
          here.filter(({ uid }) => wanted(uid, last)).map(({ uid }) => uid),
        )
      }
    }),
    { numRuns: 500 },
  )
})

/** CPU time, which other programs on the machine do not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
