import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { parameterText, parseContentType, parseDisposition, soleToken, usualMessageLimits } from './index.ts'

const limits = usualMessageLimits
const read = (text: string): string => {
  const found = parseContentType(text, limits)
  return found
    ? [`${found.type}/${found.subtype}`, ...found.parameters.map(({ name, value }) => `${name}=${value}`)].join(' ; ')
    : 'none'
}

test('Content-Type is read as RFC 2045 §5.1 writes it, and as the wild does', () => {
  const table: readonly (readonly [string, string])[] = [
    ['text/plain', 'text/plain'],
    ['Text/HTML; Charset=UTF-8', 'text/html ; charset=UTF-8'],
    ['text/plain; charset="us-ascii" (Plain text)', 'text/plain ; charset=us-ascii'],
    ['(c) text (d) / (e) plain (f) ; (g) a (h) = (i) b (j)', 'text/plain ; a=b'],
    ['a/b; x="q\\"\\\\;z"; y=2', 'a/b ; x=q"\\;z ; y=2'],
    ['a/b; boundary=----=_Part/1?2:3', 'a/b ; boundary=----=_Part/1?2:3'],
    ['a/b; name=my file.txt; y=2', 'a/b ; name=my ; y=2'],
    ['a/b;; ;x=1;', 'a/b ; x=1'],
    ['a/b; broken; x=1', 'a/b ; x=1'],
    ['a/b; =1; x=', 'a/b ; x='],
    ['a/b junk; x=1', 'a/b ; x=1'],
    ['a/b; x="unclosed; y=2', 'a/b ; x=unclosed; y=2'],
    ['a/b; x="a\r\n b"', 'a/b ; x=a\r\n b'],
    ['multipart/mixed boundary=x', 'none'],
    ['text', 'none'],
    ['/plain', 'none'],
    ['text/', 'none'],
    ['', 'none'],
    [';', 'none'],
    ['((((', 'none'],
    ['text/plain; x="\\', 'text/plain ; x='],
  ]
  for (const [text, expected] of table) assert.equal(read(text), expected, text)
  assert.equal(parseDisposition('Attachment; FileName=a', limits)?.kind, 'attachment')
  assert.equal(parseDisposition('; filename=a', limits), undefined)
  assert.equal(soleToken(' Base64 (x)'), 'base64')
  assert.equal(soleToken('base64;'), '')
})

const name = (text: string): string | undefined =>
  parameterText(parseDisposition(`attachment; ${text}`, limits)?.parameters ?? [], 'filename')

test('MI-08 everyone in the house sees the same file name', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['filename=a.txt', 'a.txt'],
    ['filename*0="a.tx"; filename*1="t.exe"', 'a.txt.exe'],
    ['filename*0="a.tx";\r\n filename*1="t.exe"', 'a.txt.exe'],
    ['filename*1="t.exe";\r\n\tfilename*0="a.tx"', 'a.txt.exe'],
    ["filename*=utf-8''J%C3%B6rg.txt", 'Jörg.txt'],
    ["filename*=utf-8'de'%41", 'A'],
    ["filename*0*=utf-8''J%C3; filename*1*=%B6rg; filename*2=.%41", 'Jörg.%41'],
    ["filename=plain.txt; filename*=utf-8''real.exe", 'real.exe'],
    ["filename*=''a", 'a'],
    ['filename*=a%41', 'aA'],
    ["filename*=no-such''%ff", 'ÿ'],
    ["filename*=utf-8''%zz%4", '%zz%4'],
    ['filename="=?utf-8?q?J=C3=B6rg.txt?="', 'Jörg.txt'],
    ['filename=J\xf6rg', 'Jörg'],
    ['filename=a; filename=b', 'a'],
    ['filename*0=a; filename*0=x; filename*1=b', 'ab'],
    ['filename*0=a; filename*2=c', 'a'],
    ['filename*1=b', undefined],
    ['filename*00=a', undefined],
    ['other=1', undefined],
  ]
  for (const [text, expected] of table) assert.equal(name(text), expected, text)
})

test('MI-07 segments beyond the limit, gaps and wild numbers change nothing and cost nothing', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `filename*${i}=x`).join('; ')
  const begin = cpuTime()
  assert.equal(name(many), 'x'.repeat(limits.parameters))
  assert.ok(cpuTime() - begin < 200, `${cpuTime() - begin} ms`)
  assert.equal(name('filename*0=a; filename*4294967295=b; filename*99999999999999999999=c; filename*-1=d'), 'a')
  assert.equal(name('filename*0=a; filename*999=b'), 'a')
  for (const bomb of [
    ';'.repeat(1_000_000),
    '; x="'.repeat(200_000),
    '('.repeat(1_000_000),
    'a/b;x=1 '.repeat(100_000),
  ]) {
    const from = cpuTime()
    parseContentType(`a/b${bomb}`, limits)
    assert.ok(cpuTime() - from < 500, `${cpuTime() - from} ms`)
  }
})
