import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, latin1Text, utf8 } from '#base/bytes'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import {
  decodedFieldText,
  fieldValue,
  findField,
  headerLines,
  type MessageLimits,
  parseHeader,
  usualMessageLimits,
} from './index.ts'

const limits = usualMessageLimits
const fields = (text: string, within: MessageLimits = limits): readonly string[] => {
  const bytes = latin1(text)
  const header = parseHeader(bytes, 0, within)
  let at = 0
  for (const field of header.fields) {
    assert.equal(field.begin, at, 'fields follow each other')
    assert.ok(field.begin <= field.value && field.value <= field.end)
    at = field.end
  }
  assert.equal(at, header.fieldsEnd)
  return [
    ...header.fields.map(({ name, value, end }) => `${name}=${latin1Text(bytes, value, end)}`),
    `body=${latin1Text(bytes, header.end)}`,
  ]
}

test('a header is fields, folded or not, up to the empty line', () => {
  assert.deepEqual(fields('From: a\r\nX-Long:\r\n b\r\n\tc\r\n\r\nbody'), [
    'from= a\r\n',
    'x-long=\r\n b\r\n\tc\r\n',
    'body=body',
  ])
  assert.deepEqual(fields('A: 1\nb: 2\n\nbody\n'), ['a= 1\n', 'b= 2\n', 'body=body\n'])
  assert.deepEqual(fields('A: 1\r\nB: 2'), ['a= 1\r\n', 'b= 2', 'body='])
  assert.deepEqual(fields('\r\nA: 1\r\n'), ['body=A: 1\r\n'])
  assert.deepEqual(fields(''), ['body='])
  assert.deepEqual(fields('A: 1\r'), ['a= 1\r', 'body='])
})

test('MI-22 a malformed line is no field and ends no header, for every reader alike', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['Subject : x\r\n\r\n', ['subject= x\r\n', 'body=']],
    ['Subject\t : x\r\n\r\n', ['subject= x\r\n', 'body=']],
    ['no colon\r\nA: 1\r\n\r\nb', ['=no colon\r\n', 'a= 1\r\n', 'body=b']],
    ['no colon\r\n more\r\nA: 1\r\n\r\nb', ['=no colon\r\n more\r\n', 'a= 1\r\n', 'body=b']],
    ['Sub ject: x\r\n\r\n', ['=Sub ject: x\r\n', 'body=']],
    ['Sub\x0bject: x\r\n\r\n', ['=Sub\x0bject: x\r\n', 'body=']],
    ['Sübject: x\r\n\r\n', ['=Sübject: x\r\n', 'body=']],
    [': x\r\n\r\n', ['=: x\r\n', 'body=']],
    [' first line folded: x\r\nA: 1\r\n\r\n', ['= first line folded: x\r\n', 'a= 1\r\n', 'body=']],
    ['A: 1\r\n \r\n\t\r\nB: 2\r\n\r\n', ['a= 1\r\n \r\n\t\r\n', 'b= 2\r\n', 'body=']],
    ['A: 1\r\r\nB: 2\r\n\r\n', ['a= 1\r\r\n', 'b= 2\r\n', 'body=']],
    ['A: 1\rB: 2\r\n\r\n', ['a= 1\rB: 2\r\n', 'body=']],
    [
      'From x@y Mon Jan  1 10:00:00 2024\r\nA: 1\r\n\r\n',
      ['=From x@y Mon Jan  1 10:00:00 2024\r\n', 'a= 1\r\n', 'body='],
    ],
  ]
  for (const [text, expected] of table) assert.deepEqual(fields(text), expected, JSON.stringify(text))
})

test('values are unfolded and trimmed, and decoded when asked', () => {
  const bytes = utf8('Subject:  one\r\n two\r\n\tthree \r\nX: =?utf-8?q?J=C3=B6rg?= ü\r\nSubject: second\r\n\r\n')
  const header = parseHeader(bytes, 0, limits)
  assert.equal(fieldValue(bytes, header, 'subject', limits), 'one two\tthree')
  assert.equal(fieldValue(bytes, header, 'none', limits), undefined)
  const field = findField(header, 'x')
  assert.equal(field && decodedFieldText(bytes, field, limits), 'Jörg ü')
  assert.equal(fieldValue(bytes, header, 'subject', { ...limits, fieldBytes: 4 }), 'on')
})

test('chosen lines are given as they stand, or not at all when they are too large', () => {
  const bytes = latin1('From: a\r\nX: 1\r\nSUBJECT: s\r\n t\r\nfrom: b')
  const header = parseHeader(bytes, 0, limits)
  const chosen = headerLines(bytes, header, new Set(['from', 'subject']), 100)
  assert.equal(chosen && latin1Text(chosen), 'From: a\r\nSUBJECT: s\r\n t\r\nfrom: b\r\n')
  assert.equal(headerLines(bytes, header, new Set(['from']), 10), undefined)
  assert.equal(headerLines(bytes, header, new Set(['none']), 10)?.length, 0)
  const one = headerLines(bytes, header, new Set(['x']), 100) as Uint8Array
  bytes.fill(0)
  assert.equal(latin1Text(one), 'X: 1\r\n', 'a copy')
})

test('MI-06 beyond the limits a header is one stretch without a name, and its end is still found', () => {
  const small = { ...limits, headerBytes: 20, fields: 3 }
  assert.deepEqual(fields('A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\nbody', small), [
    'a= 1\r\n',
    'b= 2\r\n',
    'c= 3\r\n',
    '=D: 4\r\n',
    'body=body',
  ])
  assert.deepEqual(fields(`A: ${'x'.repeat(30)}\r\n y\r\nB: 2\n\nbody`, small), [
    `a= ${'x'.repeat(30)}\r\n`,
    '= y\r\nB: 2\n',
    'body=body',
  ])
})

test('MI-06 a header of any shape takes time in proportion to its bytes', () => {
  const shapes = [
    `X: ${'a'.repeat(50_000_000)}\r\n\r\n`,
    `${'X: 1\r\n'.repeat(2_000_000)}\r\n`,
    `X: ${'a\r\n '.repeat(3_000_000)}\r\n\r\n`,
    '\n'.repeat(3).padStart(20_000_000, 'X:\n '),
  ]
  for (const shape of shapes) {
    const bytes = latin1(shape)
    const begin = cpuTime()
    const header = parseHeader(bytes, 0, limits)
    assert.ok(cpuTime() - begin < 1500, `${cpuTime() - begin} ms`)
    assert.ok(header.fields.length <= limits.fields + 1)
    assert.ok(header.end > shape.length - 10)
  }
})
