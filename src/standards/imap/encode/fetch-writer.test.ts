import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concat, latin1, latin1Text } from '#base/bytes'
import { instant } from '#base/clock'
import { ByteWriter } from './byte-writer.ts'
import { FetchWriter } from './fetch-writer.ts'
import { FlagTexts } from './flag-texts.ts'
import { encodeInternalDate } from './internal-date.ts'

const names = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', 'Work']
const texts = (): FlagTexts =>
  new FlagTexts((low, high) => [...names.filter((_, i) => low & (1 << i)), ...(high ? ['High'] : [])])

test('a FETCH response with everything', () => {
  const out = new ByteWriter()
  const fetch = new FetchWriter(out)
  const flags = texts()
  fetch.begin(12)
  fetch.uid(4_294_967_295)
  fetch.flags(flags.of(33, 0, true))
  fetch.size(0)
  fetch.internalDate(instant(Date.UTC(1994, 1, 7, 21, 52, 25)))
  fetch.ready('ENVELOPE', latin1('("x")'))
  fetch.section('BODY[TEXT]<0>', [latin1('ab\r\n'), latin1(')')])
  fetch.section('BODY[7]', undefined)
  fetch.section('BODY[8]', [])
  fetch.end()
  fetch.begin(13)
  fetch.flags(flags.of(0, 1, false))
  fetch.end()
  assert.equal(
    latin1Text(out.takeBytes()),
    '* 12 FETCH (UID 4294967295 FLAGS (\\Seen Work \\Recent) RFC822.SIZE 0' +
      ' INTERNALDATE "07-Feb-1994 21:52:25 +0000" ENVELOPE ("x")' +
      ' BODY[TEXT]<0> {5}\r\nab\r\n) BODY[7] NIL BODY[8] {0}\r\n)\r\n* 13 FETCH (FLAGS (High))\r\n',
  )
})

test('long content is sent as it stands, without a copy', () => {
  const content = latin1('x'.repeat(100_000))
  const out = new ByteWriter()
  new FetchWriter(out).section('BODY[]', [content])
  const chunks = out.take()
  assert.equal(chunks.length, 2)
  assert.equal(chunks[1], content)
})

test('IM-28 a flag that is no atom is never sent', () => {
  const flags = new FlagTexts(() => ['\\Seen', 'a b', 'x)\r\n* BYE', 'ok', '', '\\', 'é'])
  assert.equal(latin1Text(flags.of(1, 0, false)), '(\\Seen ok)')
})

test('a flag list is made once for each set of flags, and the sets are bounded', () => {
  let made = 0
  const flags = new FlagTexts(low => {
    made++
    return [`k${low}`]
  })
  for (let i = 0; i < 10_000; i++) flags.of(i % 3, 0, false)
  assert.equal(made, 3)
  for (let i = 0; i < 10_000; i++) assert.equal(latin1Text(flags.of(1, i + 1, true)), '(k1 \\Recent)')
})

test('dates from the ends of time are dates still', () => {
  assert.equal(encodeInternalDate(instant(0)), '"01-Jan-1970 00:00:00 +0000"')
  assert.equal(encodeInternalDate(instant(-1)), '"31-Dec-1969 23:59:59 +0000"')
  assert.equal(encodeInternalDate(instant(Date.UTC(2024, 1, 29, 23, 59, 59, 999))), '"29-Feb-2024 23:59:59 +0000"')
})

test('what is written comes out in order, whatever its sizes', () => {
  const piece = fc.oneof(
    fc.nat(),
    fc.constant(2 ** 53 - 1),
    fc.integer({ min: 0, max: 3_000 }).map(n => 'y'.repeat(n)),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.boolean())), pieces => {
      const out = new ByteWriter(64)
      const taken: Uint8Array[] = []
      let expected = ''
      for (const [written, take] of pieces) {
        if (typeof written === 'number') out.number(written)
        else if (take) out.ascii(written)
        else out.bytes(latin1(written))
        expected += written
        assert.equal(out.size + taken.reduce((sum, { length }) => sum + length, 0), expected.length)
        if (take) taken.push(...out.take())
      }
      assert.equal(latin1Text(concat([...taken, ...out.take()])), expected)
    }),
  )
})

/** The bound is wide, for busy machines; on a quiet one it takes 10 ms of CPU. */
test('FETCH 1:* (UID FLAGS) over 100,000 messages', () => {
  const run = (): number => {
    const out = new ByteWriter()
    const fetch = new FetchWriter(out)
    const flags = texts()
    const before = process.cpuUsage()
    let size = 0
    for (let i = 1; i <= 100_000; i++) {
      fetch.begin(i)
      fetch.uid(i * 3)
      fetch.flags(flags.of(i & 63, 0, false))
      fetch.end()
      if (out.size > 262_144) for (const chunk of out.take()) size += chunk.length
    }
    size += out.takeBytes().length
    assert.ok(size > 4_000_000)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  const fastest = Math.min(...Array.from({ length: 8 }, run))
  assert.ok(fastest < 80, `${fastest} ms`)
})
