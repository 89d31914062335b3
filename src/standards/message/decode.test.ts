import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base64Text, concat, latin1, latin1Text, utf8 } from '#base/bytes'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { decodedPieces } from './charset.ts'
import { charsetLabels } from './charset-labels.ts'
import {
  decodeBase64,
  decodeCharset,
  decodedHeaderValue,
  decodedText,
  decodeQuotedPrintable,
  decodeWords,
  parseStructure,
  usualMessageLimits,
} from './index.ts'

test('MI-10 base64 is read as the laxest reader does', () => {
  const table: readonly (readonly [string, string])[] = [
    ['QUJD', 'ABC'],
    ['QU\r\nJD\r\n', 'ABC'],
    [' Q\tU J*D!', 'ABC'],
    ['QUI=', 'AB'],
    ['QUI', 'AB'],
    ['QQ==', 'A'],
    ['QQ', 'A'],
    ['Q', ''],
    ['QQ==QUJD', 'AABC'],
    ['QQ=QUJD', 'AABC'],
    ['====', ''],
    ['QU-_JD', 'ABC'],
    ['QUJD\xff\0', 'ABC'],
    ['', ''],
  ]
  for (const [text, expected] of table) assert.equal(latin1Text(decodeBase64(latin1(text))), expected, text)
})

test('base64 is what was encoded, with any rubbish strewn in', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('\r\n', ' ', '*', '-', '_', '\0', '\xe9'),
      (bytes, rubbish) => {
        const text = base64Text(bytes)
        const strewn = text.replace(/.{5}/g, `$&${rubbish}`)
        assert.deepEqual([...decodeBase64(latin1(strewn))], [...bytes])
      },
    ),
  )
})

test('MI-10 quoted-printable is read as the laxest reader does', () => {
  const table: readonly (readonly [string, string])[] = [
    ['a=3Db', 'a=b'],
    ['=e4=E4', '\xe4\xe4'],
    ['soft=\r\nbreak', 'softbreak'],
    ['soft= \t\r\nbreak', 'softbreak'],
    ['soft=\nbreak', 'softbreak'],
    ['end=', 'end'],
    ['a=XYb=4', 'a=XYb=4'],
    ['==3D', '=='],
    ['trailing \t\r\nnext ', 'trailing\r\nnext '],
    ['kept=20\r\n', 'kept \r\n'],
    ['a\nb \n', 'a\nb\n'],
    ['a\rb', 'a\rb'],
    [`a=${' '.repeat(200)}\r\nb`, 'a=\r\nb'],
  ]
  for (const [text, expected] of table)
    assert.equal(latin1Text(decodeQuotedPrintable(latin1(text))), expected, JSON.stringify(text))
})

test('MI-12 any charset gives text, and UTF-7 is never believed', () => {
  const table: readonly (readonly [Uint8Array, string | undefined, string])[] = [
    [utf8('Jörg'), 'utf-8', 'Jörg'],
    [utf8('Jörg'), undefined, 'Jörg'],
    [utf8('Jörg'), 'us-ascii', 'Jörg'],
    [latin1('J\xf6rg'), undefined, 'Jörg'],
    [latin1('J\xf6rg'), 'ISO-8859-1', 'Jörg'],
    [latin1('J\xf6rg'), 'utf-8', 'J\ufffdrg'],
    [latin1('\xa4'), 'iso-8859-15', '€'],
    [latin1('\x80'), 'windows-1252', '€'],
    [latin1('\x1b$B'), 'iso-2022-jp', ''],
    [latin1('\x1b$BF|K\\'), 'iso-2022-jp', '日本'],
    [latin1('\xc6'), 'shift_jis', 'ﾆ'],
    [latin1('+ADw-script+AD4-'), 'utf-7', '+ADw-script+AD4-'],
    [latin1('abc\xff'), 'no-such-charset', 'abcÿ'],
    [latin1('abc'), 'x\0y', 'abc'],
    [latin1('abc'), 'x'.repeat(1_000_000), 'abc'],
    [latin1('a\xc3'), 'utf-8', 'a\ufffd'],
    [latin1('\xed\xa0\x80'), 'utf-8', '\ufffd\ufffd\ufffd'],
  ]
  for (const [bytes, charset, expected] of table) {
    assert.equal(decodeCharset(bytes, charset), expected, `${charset?.slice(0, 20)} ${latin1Text(bytes)}`)
  }
  for (let i = 0; i < 1000; i++) decodeCharset(latin1('\xff'), `label-${i}`)
})

test('encoded words are decoded, and only they', () => {
  const table: readonly (readonly [string, string])[] = [
    ['=?ISO-8859-1?Q?a?=', 'a'],
    ['(=?ISO-8859-1?Q?a?= b)', '(a b)'],
    ['=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=', 'ab'],
    ['=?ISO-8859-1?Q?a?=\r\n \t=?utf-8?B?Yg==?=', 'ab'],
    ['=?ISO-8859-1?Q?a_b?= =?ISO-8859-2?Q?_c?=', 'a b c'],
    ['=?utf-8*de?q?J=C3=B6rg?=', 'Jörg'],
    ['=?utf-8?b?w7Y?=', 'ö'],
    ['=?utf-8?b?ww==?= =?utf-8?b?tg==?=', 'ö'],
    ['x=?utf-8?q?y?=z', 'xyz'],
    ['=?utf-8?q?a b?=', 'a b'],
    ['=?utf-8?q??= b', ' b'],
    ['=?utf-8?q?unclosed', '=?utf-8?q?unclosed'],
    ['=?utf-8?x?a?=', '=?utf-8?x?a?='],
    ['=?utf-8?q', '=?utf-8?q'],
    ['=?', '=?'],
    ['=?=?utf-8?q?a?=', '=?a'],
    ['\xc3\xb6 =?utf-8?q?=C3=B6?=', 'ö ö'],
    ['\xf6', 'ö'],
    ['plain', 'plain'],
  ]
  for (const [text, expected] of table) assert.equal(decodeWords(text), expected, text)
  assert.equal(decodedHeaderValue(latin1(' =?utf-8?q?a?=\r\n b\r\n'), usualMessageLimits), 'a b')
})

test('MI-12 encoded words cost no more than their bytes', () => {
  const labels = Array.from({ length: 30_000 }, (_, i) => `=?made-up-${i}?q?x?=`).join('')
  for (const bomb of ['=?', '=?a?q?', '=?a?q?x?=', '=?a?q?x?= ', '?=', '=?a?b?=?', `=?${' '.repeat(70)}?`, labels]) {
    const begin = cpuTime()
    decodeWords(bomb.repeat(Math.ceil(300_000 / bomb.length)))
    assert.ok(cpuTime() - begin < 1000, `${bomb.slice(0, 9)} ${cpuTime() - begin} ms`)
  }
})

test('a text part is decoded by its encoding and charset', () => {
  const text = (...lines: readonly string[]): string | undefined => {
    const bytes = latin1(lines.join('\r\n'))
    return decodedText(bytes, parseStructure(bytes, usualMessageLimits), 0)
  }
  assert.equal(text('Content-Type: text/plain; charset=iso-8859-1', '', '\xfc'), 'ü')
  assert.equal(text("Content-Type: text/plain; charset*=utf-8''iso-8859-1", '', '\xfc'), 'ü')
  assert.equal(
    text('Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '', 'PGI+w7w='),
    '<b>ü',
  )
  assert.equal(text('Content-Transfer-Encoding: quoted-printable', '', '=C3=BC=', ''), 'ü')
  assert.equal(text('Content-Type: image/png', '', 'x'), undefined)
  assert.equal(text('Content-Type: message/rfc822', '', 'x'), undefined)
  assert.equal(text('Content-Type: message/delivery-status', '', 'x'), 'x')
  assert.equal(text('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x'), undefined)
  assert.equal(text('Content-Type: multipart/mixed', '', 'x'), 'x')
  assert.equal(decodedText(latin1(''), parseStructure(latin1(''), usualMessageLimits), 7), undefined)
})

test('MI-12 P4 a long text in pieces is the text, whatever its charset', () => {
  const long = (text: string, times: number): Uint8Array => utf8(text.repeat(times))
  const table: readonly (readonly [Uint8Array, string | undefined])[] = [
    [long('aä日\u{1f600}', 30_000), 'utf-8'],
    [long('aä日\u{1f600}', 30_000), undefined],
    [long('ascii', 30_000), undefined],
    [concat([long('ä', 60_000), Uint8Array.of(0xe4)]), 'made-up'],
    [long('\xa4\x40', 60_000), 'big5'],
    [long('\x1b$B$"\x1b(B', 20_000), 'iso-2022-jp'],
    [long('x', 10), 'utf-16le'],
    [new Uint8Array(200_001).fill(0x41), 'utf-16le'],
  ]
  for (const [bytes, charset] of table) {
    const pieces = [...decodedPieces(bytes, charset)]
    assert.ok(pieces.join('') === decodeCharset(bytes, charset), String(charset))
  }
})

test('every known name of a charset is one', () => {
  for (const label of charsetLabels) assert.doesNotThrow(() => new TextDecoder(label), label)
})
