import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1, latin1Text } from '#base/bytes'
import { parseStructure, usualMessageLimits } from '#standards/message'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { readImapValue } from '../../../test/kit/imap-value.ts'
import { encodeBodyStructure } from './body-structure.ts'
import { encodeImapEnvelope } from './imap-envelope.ts'
import { summarizeMessage } from './message-summary.ts'

const names = new Set(['from', 'to'])

test('the summary is what the single encoders say', () => {
  const bytes = latin1('From: a@x\r\nX-Other: 1\r\nTo: b@y\r\nSubject: s\r\n\r\nbody\r\n')
  const structure = parseStructure(bytes, usualMessageLimits)
  const summary = summarizeMessage(bytes, usualMessageLimits, names, 1000)
  assert.deepEqual(summary.envelope, encodeImapEnvelope(bytes, structure))
  assert.deepEqual(summary.body, encodeBodyStructure(bytes, structure, { extended: false }))
  assert.deepEqual(summary.bodyStructure, encodeBodyStructure(bytes, structure, { extended: true }))
  assert.equal(summary.headers && latin1Text(summary.headers), 'From: a@x\r\nTo: b@y\r\n')
  assert.equal(summarizeMessage(bytes, usualMessageLimits, names, 10).headers, undefined)
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
