import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, latin1, latin1Text } from '#base/bytes'
import { parseHeader, parseStructure, usualMessageLimits } from '#standards/message'
import { type BodySection, cutRuns, partialRange, sectionRuns, wholeSectionRuns } from './body-section.ts'

const bytes = latin1(
  [
    'Subject: outer',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    'preamble',
    '--b',
    'X-One: 1',
    '',
    'first',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    'From: a@x',
    'Content-Type: multipart/alternative; boundary=c',
    '',
    '--c',
    '',
    'plain',
    '--c',
    'Content-Type: text/html',
    '',
    '<p>',
    '--c--',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: single',
    '',
    'text',
    '--b--',
    '',
  ].join('\r\n'),
)
const structure = parseStructure(bytes, usualMessageLimits)
const textOf = (runs: readonly Uint8Array[] | undefined): string | undefined => runs && latin1Text(concat(runs))
const read = (
  part: readonly number[],
  text?: BodySection['text'],
  fields?: readonly string[],
  message = bytes,
  parts = structure,
): string | undefined => {
  const section = { part, ...(text && { text }), ...(fields && { fields }) }
  return textOf(sectionRuns(message, parts, section))
}

test('sections are found by their numbers, through enclosed messages', () => {
  const inner = 'Subject: inner\r\nFrom: a@x\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n'
  const innerText = '--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>\r\n--c--\r\n'
  assert.equal(read([]), latin1Text(bytes))
  assert.equal(read([], 'HEADER'), 'Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')
  assert.ok(read([], 'TEXT')?.startsWith('preamble\r\n--b\r\n'))
  assert.equal(read([1]), 'first')
  assert.equal(read([1], 'MIME'), 'X-One: 1\r\n\r\n')
  assert.equal(read([2]), inner + innerText)
  assert.equal(read([2], 'HEADER'), inner)
  assert.equal(read([2], 'TEXT'), innerText)
  assert.equal(read([2], 'MIME'), 'Content-Type: message/rfc822\r\n\r\n')
  assert.equal(read([2, 1]), 'plain')
  assert.equal(read([2, 2]), '<p>')
  assert.equal(read([2, 2], 'MIME'), 'Content-Type: text/html\r\n\r\n')
  assert.equal(read([3, 1]), 'text')
  assert.equal(read([3, 1], 'MIME'), 'Subject: single\r\n\r\n')
})

test('header fields are chosen without regard to case, and the empty line is always there', () => {
  assert.equal(read([], 'HEADER.FIELDS', ['SUBJECT']), 'Subject: outer\r\n\r\n')
  assert.equal(read([], 'HEADER.FIELDS', ['X-NONE']), '\r\n')
  assert.equal(read([], 'HEADER.FIELDS.NOT', ['SUBJECT']), 'Content-Type: multipart/mixed; boundary=b\r\n\r\n')
  assert.equal(read([2], 'HEADER.FIELDS', ['FROM', 'subject']), 'Subject: inner\r\nFrom: a@x\r\n\r\n')
  const headless = latin1('Subject: x')
  const section: BodySection = { part: [], text: 'HEADER.FIELDS', fields: ['SUBJECT'] }
  const found = sectionRuns(headless, parseStructure(headless, usualMessageLimits), section)
  assert.equal(textOf(found), 'Subject: x\r\n\r\n')
})

test('sections of the whole message are the same whether its parts are known or not', () => {
  const texts = [undefined, 'HEADER', 'TEXT', 'MIME'] as const
  for (const message of [bytes, latin1(''), latin1('Subject: x'), latin1('\r\nbody'), latin1('no header\r\n\r\nx')]) {
    const parts = parseStructure(message, usualMessageLimits)
    for (const text of texts) {
      const section: BodySection = { part: [], ...(text && { text }) }
      const whole = wholeSectionRuns(message, parseHeader(message, 0, usualMessageLimits), section)
      assert.deepEqual(textOf(whole), read([], text, undefined, message, parts))
    }
    for (const text of ['HEADER.FIELDS', 'HEADER.FIELDS.NOT'] as const) {
      const section: BodySection = { part: [], text, fields: ['SUBJECT'] }
      const whole = wholeSectionRuns(message, parseHeader(message, 0, usualMessageLimits), section)
      assert.equal(textOf(whole), read([], text, ['SUBJECT'], message, parts))
    }
  }
})

test('a message without parts has part 1, itself', () => {
  const plain = latin1('Subject: x\r\n\r\nbody')
  const one = parseStructure(plain, usualMessageLimits)
  const of = (section: BodySection): string | undefined => textOf(sectionRuns(plain, one, section))
  assert.equal(of({ part: [1] }), 'body')
  assert.equal(of({ part: [1], text: 'MIME' }), 'Subject: x\r\n\r\n')
  assert.equal(of({ part: [1, 1] }), undefined)
  assert.equal(of({ part: [2] }), undefined)
  const hollow = latin1('Content-Type: multipart/mixed\r\n\r\nbody')
  const none = parseStructure(hollow, usualMessageLimits)
  assert.equal(textOf(sectionRuns(hollow, none, { part: [1] })), '')
  assert.equal(sectionRuns(hollow, none, { part: [1, 1] }), undefined)
})

test('IM-27 a part that is not there is not found, however it is numbered', () => {
  for (const part of [[0], [4], [1, 1], [2, 3], [2, 1, 1], [4294967295], [2 ** 53], [-1], [1.5], [Number.NaN]]) {
    assert.equal(read(part), undefined, String(part))
  }
  assert.equal(read(Array.from({ length: 1000 }, () => 1)), undefined)
  assert.equal(read([], 'MIME'), undefined)
  assert.equal(read([1], 'HEADER'), undefined)
  assert.equal(read([1], 'TEXT'), undefined)
  assert.equal(read([1], 'HEADER.FIELDS', ['X-ONE']), undefined)
})

test('IM-27 partial arithmetic stays within the text', () => {
  const table: readonly (readonly [number, number, number, number, number])[] = [
    [10, 0, 5, 0, 5],
    [10, 0, 100, 0, 10],
    [10, 9, 1, 9, 10],
    [10, 10, 1, 10, 10],
    [10, 0, 0, 0, 0],
    [10, 4294967295, 4294967295, 10, 10],
    [10, 2 ** 63, 2 ** 63, 10, 10],
    [10, 5, 2 ** 64, 5, 10],
    [10, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 10, 10],
    [10, Number.NaN, Number.NaN, 0, 0],
    [10, -5, -5, 0, 0],
    [0, 0, 5, 0, 0],
  ]
  for (const [length, start, count, from, to] of table) {
    assert.deepEqual(partialRange(length, start, count), { from, to }, `<${start}.${count}> of ${length}`)
  }
})

test('IM-27 a part of a text in pieces is the part of the whole text', () => {
  const runs = ['ab', '', 'cde', 'f'].map(latin1)
  for (let from = 0; from < 9; from++)
    for (let count = 0; count < 9; count++)
      assert.equal(textOf(cutRuns(runs, from, count)), 'abcdef'.slice(from, from + count), `<${from}.${count}>`)
})
