import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type FlagBits, type MailboxChange, makeView, modseq } from '#mail/store'
import { applyToLedger, ordered, placesOf, runsOf } from './ledger.ts'
import { kindNumbers, packArrival, packChange, unpackChange } from './pack-change.ts'
import { packView, unpackView } from './pack-view.ts'
import { packWire, unpackWire } from './pack-wire.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, c => c.charCodeAt(0))
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true })
const word = fc.integer({ min: 0, max: 0xffffffff })
const bits: fc.Arbitrary<FlagBits> = plain({ low: word, high: word })
const uids = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 0xffffffff })), { minLength: 1 })
  .map(list => Uint32Array.from(list).sort())
const words = ['red', 'grün', '$Forwarded']

const changes: fc.Arbitrary<MailboxChange> = fc.oneof(
  plain({ kind: fc.constant('expunged' as const), uids }),
  plain({
    kind: fc.constant('flags' as const),
    uids,
    change: plain({ op: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const), bits }),
    keywords: fc.constantFrom([], words),
  }),
  plain({
    kind: fc.constantFrom('created' as const, 'subscribed' as const),
    name: fc.string({ unit: 'grapheme' }),
  }),
  uids.chain(list => {
    const { length } = list
    const each = { minLength: length, maxLength: length }
    return plain({
      kind: fc.constant('arrived' as const),
      uids: fc.constant(list),
      ordinals: fc.oneof(
        fc.array(word, each).map(all => Uint32Array.from(all)),
        fc.constant(list.map((_, i) => i + 5)),
      ),
      flags: fc.oneof(bits, fc.array(fc.constantFrom({ low: 1, high: 0 }, { low: 0x80000000, high: 7 }), each)),
      sizes: fc.array(fc.integer({ min: 0, max: 2 ** 40 }), each).map(all => Float64Array.from(all)),
    })
  }),
)

test('a change comes back as it was packed', () => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 0, max: 3 }), (what, known) => {
      const keywords = 'keywords' in what && what.keywords ? what.keywords : []
      const back = unpackChange(kindNumbers[what.kind], packChange(what, known), keywords.slice(0, known))
      assert.deepEqual(back, what)
      assert.deepEqual(unpackChange(kindNumbers[what.kind], packChange(what, known), [...keywords, 'later']), what)
    }),
  )
})

test('one arrival packs as the same bytes either way', () => {
  const flags = { low: 5, high: 0x80000000 }
  const what = {
    kind: 'arrived' as const,
    uids: Uint32Array.of(70_000),
    ordinals: Uint32Array.of(0xfffffffe),
    flags,
    sizes: Float64Array.of(123_456),
  }
  assert.deepEqual(packArrival(70_000, 0xfffffffe, flags, 123_456), packChange(what, 0))
})

test('CR-18 a packed change that was cut off or bent is an error or another change, never a hang', () => {
  fc.assert(
    fc.property(changes, fc.nat(), fc.nat(255), (what, at, byte) => {
      const packed = packChange(what, 0)
      const cut = packed.subarray(0, at % (packed.length + 1))
      const bent = packed.slice()
      if (bent.length > 0) bent[at % bent.length] = byte
      for (const bytes of [cut, bent])
        try {
          unpackChange(kindNumbers[what.kind], bytes, [])
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error))
        }
    }),
  )
})

test('a few packed bytes do not ask for much memory', () => {
  const huge = Uint8Array.from([1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f])
  assert.throws(() => unpackChange(kindNumbers.expunged, huge, []), RangeError)
})

test('CR-18 a checkpoint comes back whole or not at all', () => {
  const ledger = { view: makeView(modseq(9), ['red']), size: new Uint32Array(0) }
  for (let n = 1; n <= 100; n++) {
    const what = {
      kind: 'arrived' as const,
      uids: Uint32Array.of(3 * n),
      ordinals: Uint32Array.of(n),
      flags: { low: n, high: n * 7 },
      sizes: Float64Array.of(1000 + n),
    }
    applyToLedger(ledger, { account: 1, mailbox: 1, modseq: modseq(9 + n), what } as never)
  }
  const packed = packView(ledger)
  const back = unpackView(packed, ledger.view.upTo, ['red'])
  assert.ok(back)
  for (const column of ['uid', 'ordinal', 'low', 'high', 'modseq'] as const)
    assert.deepEqual(back.view[column].slice(0, 100), ledger.view[column].slice(0, 100))
  assert.deepEqual(back.size.slice(0, 100), ledger.size.slice(0, 100))
  for (const at of [0, 4, 8, 16, 500, packed.length - 1]) {
    const bent = packed.slice()
    bent[at] = (bent[at] as number) ^ 1
    assert.equal(unpackView(bent, modseq(1), []), undefined, `byte ${at}`)
  }
  assert.equal(unpackView(packed.subarray(0, packed.length - 28), modseq(1), []), undefined)
  assert.equal(unpackView(new Uint8Array(3), modseq(1), []), undefined)
})

test('the wire form comes back, with headers and without', () => {
  const summary = { envelope: latin1('(env)'), bodyStructure: latin1('(bs)'), body: latin1('(b)') }
  for (const headers of [latin1('From: a\r\n'), new Uint8Array(0), undefined]) {
    const packed = packWire({ ...summary, headers }, 4_000_000_000, 1_795_516_984_123)
    const back = unpackWire(7, packed)
    assert.deepEqual(back, { ...summary, headers, ordinal: 7, size: 4_000_000_000, received: 1_795_516_984_123 })
    assert.throws(() => unpackWire(7, packed.subarray(0, packed.length - 1)), { code: 'damaged' })
  }
})

test('places of UIDs are found whatever the gaps', () => {
  const few = fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { maxLength: 60 })
  fc.assert(
    fc.property(few, few, (there, asked) => {
      const uid = Uint32Array.from(there).sort()
      const view = { ...makeView(modseq(0)), uid, count: uid.length }
      const wanted = ordered(Uint32Array.from(asked))
      const places = placesOf({ view, size: new Uint32Array(0) }, wanted)
      assert.deepEqual(
        [...places].map(place => uid[place]),
        [...wanted].filter(each => there.includes(each)),
      )
      const spread = [...runsOf(places)].flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      )
      assert.deepEqual(spread, [...places])
    }),
  )
})
