import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Change, MailboxChange } from './change.ts'
import { DELETED, FLAGGED, flagNames, keywordBits, noFlags, SEEN } from './flags.ts'
import { accountId, mailboxId, modseq } from './ids.ts'
import { applyChange, changedBits, type MailboxView, makeView, placeOf } from './view.ts'

const change = (at: number, what: MailboxChange): Change => ({
  account: accountId(1),
  mailbox: mailboxId(1),
  modseq: modseq(at),
  what,
})

const arrival = (at: number, uids: number[], low = 0): Change =>
  change(at, {
    kind: 'arrived',
    uids: Uint32Array.from(uids),
    ordinals: Uint32Array.from(uids, uid => uid + 100),
    flags: { low, high: 0 },
    sizes: Float64Array.from(uids, () => 10),
  })

const viewOf = (...changes: Change[]): MailboxView => {
  const view = makeView(modseq(0))
  for (const each of changes) applyChange(view, each)
  return view
}

const uidsIn = (view: MailboxView): number[] => [...view.uid.subarray(0, view.count)]

test('a change the view already knows is passed over', () => {
  const view = viewOf(arrival(5, [1, 2]))
  applyChange(view, arrival(5, [3]))
  applyChange(view, arrival(4, [3]))
  assert.deepEqual(uidsIn(view), [1, 2])
  applyChange(view, arrival(6, [3]))
  assert.deepEqual(uidsIn(view), [1, 2, 3])
  assert.equal(view.upTo, 6)
})

test('flags go to the UIDs that are there, whatever lies between them', () => {
  const view = viewOf(arrival(1, [1, 2, 3, 5, 8, 9, 20]))
  const uids = Uint32Array.of(2, 4, 5, 6, 9, 20, 30)
  const bits = { low: (SEEN | keywordBits(0).low) >>> 0, high: 0 }
  applyChange(view, change(2, { kind: 'flags', uids, change: { op: 'add', bits }, keywords: ['red'] }))
  const flagged = uidsIn(view).filter((_, i) => view.low[i])
  assert.deepEqual(flagged, [2, 5, 9, 20])
  assert.deepEqual([...view.modseq.subarray(0, 7)], [1, 2, 1, 2, 1, 2, 2])
  assert.deepEqual(flagNames({ low: view.low[1] as number, high: 0 }, view.keywords), ['\\Seen', 'red'])
})

test('the highest of 64 bits is a flag like others', () => {
  const { high, low } = keywordBits(58)
  assert.deepEqual({ high, low }, { high: 0x80000000, low: 0 })
  assert.deepEqual(changedBits(0, high, { op: 'add', bits: keywordBits(26) }), { low: 0x80000000, high })
  assert.deepEqual(changedBits(0xffffffff, high, { op: 'remove', bits: keywordBits(26) }), { low: 0x7fffffff, high })
  assert.deepEqual(changedBits(SEEN, high, { op: 'replace', bits: { low: FLAGGED, high: 0 } }), {
    low: FLAGGED,
    high: 0,
  })
})

test('an arrival may bring keywords', () => {
  const view = viewOf(arrival(1, [1]))
  const { what } = arrival(2, [2], keywordBits(0).low)
  applyChange(view, change(2, { ...what, keywords: ['blue'] } as MailboxChange))
  assert.deepEqual(view.keywords, ['blue'])
  applyChange(view, arrival(3, [3]))
  assert.deepEqual(view.keywords, ['blue'])
})

test('columns grow and close their gaps without losing a message', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 200 })
  fc.assert(
    fc.property(numbers, numbers, (there, gone) => {
      const sorted = [...there].sort((a, b) => a - b)
      const view = viewOf(...sorted.map((uid, i) => arrival(i + 1, [uid], uid % 2 ? DELETED : 0)))
      const uids = Uint32Array.from([...gone].sort((a, b) => a - b))
      applyChange(view, change(1000, { kind: 'expunged', uids }))
      const left = sorted.filter(uid => !gone.includes(uid))
      assert.deepEqual(uidsIn(view), left)
      assert.deepEqual(
        [...view.ordinal.subarray(0, view.count)],
        left.map(uid => uid + 100),
      )
      assert.deepEqual(
        [...view.low.subarray(0, view.count)],
        left.map(uid => (uid % 2 ? DELETED : 0)),
      )
      for (let uid = 1; uid <= 301; uid++) {
        const at = placeOf(view, uid)
        if (left.includes(uid)) assert.equal(view.uid[at], uid)
        else assert.equal(-at - 1, left.filter(each => each < uid).length)
      }
    }),
  )
})

test('no flags are no names', () => assert.deepEqual(flagNames(noFlags, ['a']), []))
