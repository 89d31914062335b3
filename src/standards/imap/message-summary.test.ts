import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1, latin1Text } from '#base/bytes'
import { usualMessageLimits } from '#standards/message'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { readImapValue } from '../../../test/kit/imap-value.ts'
import { summarizeMessage } from './message-summary.ts'

const names = new Set(['from', 'to'])

test('a summary says envelope, structure and the lines to keep', () => {
  const bytes = latin1('From: a@x\r\nX-Other: 1\r\nTo: b@y\r\nSubject: s\r\n\r\nbody\r\n')
  const summary = summarizeMessage(bytes, usualMessageLimits, names, 1000)
  const [a, b] = ['((NIL NIL "a" "x"))', '((NIL NIL "b" "y"))']
  assert.equal(latin1Text(summary.envelope), `(NIL "s" ${a} ${a} ${a} ${b} NIL NIL NIL NIL)`)
  const text = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 1'
  assert.equal(latin1Text(summary.body), `${text})`)
  assert.equal(latin1Text(summary.bodyStructure), `${text} NIL NIL NIL NIL)`)
  assert.equal(summary.headers && latin1Text(summary.headers), 'From: a@x\r\nTo: b@y\r\n')
  assert.equal(summarizeMessage(bytes, usualMessageLimits, names, 10).headers, undefined)
})

test('MI-02 MI-05 the summary of a letter has its bounds, whatever a stranger puts into it', () => {
  const parts = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(9_990)}`
  const long = `--b\r\nContent-Type: a/b; x="${'y'.repeat(200_000)}"\r\n\r\n`
  const letters = [
    parts,
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${long.repeat(20)}`,
    `${`From: ${'a,'.repeat(10_000)}\r\n`.repeat(50)}\r\n`,
    `Subject: ${'s'.repeat(1_000_000)}\r\nMessage-ID: ${'m'.repeat(1_000_000)}\r\n\r\n`,
    `Content-Type: message/rfc822\r\n\r\n${`From: ${'a,'.repeat(10_000)}\r\n`.repeat(50)}\r\n`,
  ]
  for (const letter of letters) {
    const { envelope, body, bodyStructure } = summarizeMessage(latin1(letter), usualMessageLimits, names, 1000)
    for (const value of [envelope, body, bodyStructure]) readImapValue(value)
    assert.ok(envelope.length < 1_500_000, `envelope of ${envelope.length}`)
    assert.ok(body.length + bodyStructure.length < 600_000, `structure of ${bodyStructure.length}`)
  }
})

const header = fc.constantFrom(
  ...[
    'From: ',
    'To: ',
    'Subject: ',
    'Content-Type: ',
    'Content-Type: a/b; x=',
    'Content-Disposition: ',
    'Content-Language: ',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: message/rfc822',
    'Content-ID: ',
    'Content-Location: ',
  ],
  ...['Content-Transfer-Encoding: ', 'Content-MD5: ', 'Content-Description: '],
)
const hostile = fc.string({ unit: fc.constantFrom(...'"\\(){}%*\t \0\xff\x801a,:;<>@[]=?/\r'), maxLength: 12 })
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(header, hostile).map(([name, value]) => `${name}${value}\r\n`) },
  fc.constantFrom('\r\n', '\r\n--b\r\n', '--b--\r\n', '{3}\r\n', ')\r\n'),
)

test('IM-28 whatever the message is, a client can read what is said of it', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), pieces => {
      const summary = summarizeMessage(latin1(pieces.join('')), usualMessageLimits, names, 1000)
      for (const value of [summary.envelope, summary.bodyStructure, summary.body]) readImapValue(value)
    }),
    { numRuns: 3000 },
  )
})

test('MI-01 a message of nothing but nesting is summarized in time', () => {
  const shapes = ['Content-Type: message/rfc822\r\n\r\n', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n']
  for (const shape of shapes) {
    const bytes = latin1(shape.repeat(100_000))
    const begin = cpuTime()
    const summary = summarizeMessage(bytes, usualMessageLimits, names, 1000)
    assert.ok(cpuTime() - begin < 1000, `${cpuTime() - begin} ms`)
    assert.ok(summary.bodyStructure.length < 2_000_000)
  }
})
