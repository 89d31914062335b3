import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountId,
  applyChange,
  type Change,
  keywordsPerMailbox,
  type MailboxChange,
  type MailboxId,
  type MailboxView,
  makeView,
  modseq,
  noFlags,
  type OpenMailbox,
  SEEN,
  uid,
  uidValidity,
} from '#mail/store'
import { SelectedMailbox } from './selected-mailbox.ts'
import { flagResponses, pieceOfNews, tellNews } from './updates.ts'

/** A mailbox in memory that one session or more have open. */
class Bench {
  readonly view: MailboxView = makeView(modseq(0))
  readonly #listeners = new Set<(change: Change) => void>()
  #recentFrom = 1

  open(readOnly = false): SelectedMailbox {
    const bench = this
    const opened: OpenMailbox = {
      id: 1 as MailboxId,
      uidValidity: uidValidity(1),
      view: this.view,
      get uidNext() {
        return uid((bench.view.uid[bench.view.count - 1] ?? 0) + 1)
      },
      watch(listener) {
        bench.#listeners.add(listener)
        return () => bench.#listeners.delete(listener)
      },
      claimRecent() {
        const from = bench.#recentFrom
        bench.#recentFrom = this.uidNext
        return uid(from)
      },
      get recentFrom() {
        return uid(bench.#recentFrom)
      },
      close() {},
    }
    return new SelectedMailbox(opened, readOnly, () => {})
  }

  change(what: MailboxChange): Change {
    const change: Change = {
      account: accountId(1),
      mailbox: 1 as MailboxId,
      modseq: modseq(this.view.upTo + 1),
      what,
    }
    applyChange(this.view, change)
    for (const listener of this.#listeners) listener(change)
    return change
  }

  arrive(count: number): void {
    const from = (this.view.uid[this.view.count - 1] ?? 0) + 1
    const uids = Uint32Array.from({ length: count }, (_, i) => from + i)
    this.change({ kind: 'arrived', uids, ordinals: uids, flags: noFlags, sizes: new Float64Array(count) })
  }

  see(...uids: readonly number[]): Change {
    const change = { op: 'add', bits: { low: SEEN, high: 0 } } as const
    return this.change({ kind: 'flags', uids: Uint32Array.from(uids), change, keywords: this.view.keywords })
  }

  expunge(...uids: readonly number[]): void {
    this.change({ kind: 'expunged', uids: Uint32Array.from(uids) })
  }
}

const lines = (piece: Uint8Array): readonly string[] => Buffer.from(piece).toString('latin1').split('\r\n').slice(0, -1)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)

test('flags of many messages are told in pieces, each message once, arrivals behind them', () => {
  const bench = new Bench()
  bench.arrive(2_500)
  const selected = bench.open()
  bench.see(...upTo(2_500))
  bench.arrive(1)
  const pieces = [...tellNews(selected, true)].map(lines)
  assert.deepEqual(
    pieces.map(piece => piece.length),
    [1_000, 1_000, 502],
  )
  assert.equal(pieces[0]?.[0], '* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))')
  assert.deepEqual(pieces[2]?.slice(-2), ['* 2501 EXISTS', '* 2501 RECENT'])
  assert.equal(new Set(pieces.flat()).size, 2_502)
  assert.ok(!selected.hasNews)
})

test('a piece is small, however many keywords the messages have', () => {
  const bench = new Bench()
  bench.arrive(200)
  bench.view.keywords = Array.from({ length: keywordsPerMailbox }, (_, i) => `${'k'.repeat(90)}${i}`)
  const selected = bench.open()
  const change = { op: 'add', bits: { low: 0xffffffff, high: 0xffffffff } } as const
  bench.change({ kind: 'flags', uids: Uint32Array.from(upTo(200)), change, keywords: bench.view.keywords })
  const pieces = [...tellNews(selected, true)]
  assert.equal(pieces.flatMap(lines).length, 200)
  assert.ok(Math.max(...pieces.map(piece => piece.length)) < 256 * 1024)
})

test('between two pieces numbers may go, and flags may change again', () => {
  const bench = new Bench()
  bench.arrive(1_500)
  const selected = bench.open()
  bench.see(...upTo(1_500))
  assert.equal(lines(pieceOfNews(selected, true)).length, 1_000)
  bench.expunge(1, 1_200)
  bench.see(7)
  const second = lines(pieceOfNews(selected, false))
  assert.equal(second[0], '* 1001 FETCH (UID 1001 FLAGS (\\Seen \\Recent))')
  assert.equal(second.at(-1), '* 7 FETCH (UID 7 FLAGS (\\Seen \\Recent))')
  assert.equal(second.length, 500)
  assert.deepEqual(lines(pieceOfNews(selected, true)), ['* 1200 EXPUNGE', '* 1 EXPUNGE'])
  assert.ok(!selected.hasNews)
})

test('news that never end are told only so far', () => {
  const bench = new Bench()
  bench.arrive(1_000)
  const selected = bench.open()
  bench.see(...upTo(1_000))
  let pieces = 0
  for (const _ of tellNews(selected, true)) {
    if (++pieces > 10) break
    bench.see(...upTo(1_000))
  }
  assert.ok(pieces <= 3)
  assert.ok(selected.hasNews)
})

test('many changes of the same messages are told once; what the client did itself is not', () => {
  const bench = new Bench()
  bench.arrive(10)
  const selected = bench.open()
  for (let i = 0; i < 50; i++) bench.see(3, 5)
  const own = bench.see(9)
  selected.forgetChange(own.modseq)
  assert.deepEqual(lines(pieceOfNews(selected, true)).length, 2)
  for (let i = 0; i < 200; i++) bench.see(3, 5)
  assert.deepEqual(lines(pieceOfNews(selected, true)).length, 2)
})

test('who goes one by one, in any order, has the right number', () => {
  const bench = new Bench()
  bench.arrive(4_000)
  const selected = bench.open()
  for (let odd = 3_999; odd > 0; odd -= 2) bench.expunge(odd)
  assert.equal(selected.numberAt(0), 2)
  assert.deepEqual(selected.choose({ uid: false, set: [{ from: 3, to: 4 }] }), {
    uids: Uint32Array.of(4),
    someGone: true,
    outside: false,
  })
  bench.expunge(2)
  assert.equal(selected.numberAt(0), 4)
  assert.equal(lines(pieceOfNews(selected, true)).length, 2_001)
  assert.equal(selected.exists, 1_999)
})

test('RFC 3501 §2.3.2: arrivals are recent to who examines, and to the next who selects', () => {
  const bench = new Bench()
  bench.arrive(2)
  const examining = bench.open(true)
  assert.equal(examining.countRecent(), 2)
  bench.arrive(1)
  assert.deepEqual(lines(pieceOfNews(examining, true)), ['* 3 EXISTS', '* 3 RECENT'])
  const selecting = bench.open()
  assert.equal(selecting.countRecent(), 3)
  assert.equal(bench.open().countRecent(), 0)
  bench.arrive(1)
  assert.deepEqual(lines(pieceOfNews(selecting, true)), ['* 4 EXISTS', '* 4 RECENT'])
  assert.deepEqual(lines(pieceOfNews(examining, true)), ['* 4 EXISTS', '* 3 RECENT'])
  assert.deepEqual(
    [1, 3, 4, 5].map(each => [examining.isRecent(each), selecting.isRecent(each)]),
    [
      [true, true],
      [true, true],
      [false, true],
      [false, false],
    ],
  )
})

test('new keywords are offered while there is room for one', () => {
  const bench = new Bench()
  const offers = (): boolean => JSON.stringify(flagResponses(bench.open())).includes('\\\\*')
  bench.view.keywords = Array.from({ length: keywordsPerMailbox - 1 }, (_, i) => `k${i}`)
  assert.ok(offers())
  bench.view.keywords = [...bench.view.keywords, 'last']
  assert.ok(!offers())
})
