import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1 } from '#base/bytes'
import { corpusMessage, recordedAnswers } from '../../../test/kit/message-corpora.ts'
import { suitesFolder } from '../../../test/kit/suites.ts'
import {
  decodedBody,
  decodedFieldText,
  decodedText,
  fieldText,
  type Header,
  type MessageLimits,
  type MessageStructure,
  parameterText,
  parseAddressList,
  parseContentType,
  parseDate,
  parseDisposition,
  parseHeader,
  parseMessageIds,
  parseStructure,
  usualMessageLimits,
} from './index.ts'

/** Asks everything that can be asked of a message, and holds the offsets against each other. */
function readAll(bytes: Uint8Array, limits: MessageLimits = usualMessageLimits): MessageStructure {
  const structure = parseStructure(bytes, limits)
  const { parts } = structure
  assert.ok(parts.length >= 1 && parts.length <= limits.parts)
  assert.equal(parts[0]?.begin, 0)
  assert.equal(parts[0]?.end, bytes.length)
  for (const part of parts) {
    assert.ok(part.begin <= part.body && part.body <= part.end && part.end <= bytes.length)
    assert.ok(part.parent < part.index)
    const parent = parts[part.parent]
    if (parent) assert.ok(parent.body <= part.begin && part.end <= parent.end, 'lies within its parent')
    let edge = part.body
    for (const child of part.children) {
      assert.ok((parts[child]?.begin as number) >= edge, 'lies behind its siblings')
      edge = parts[child]?.end as number
    }
    if (part.kind === 'message') assert.equal(part.children.length, 1)
    if (part.kind === 'leaf') assert.equal(part.children.length, 0)
    readHeader(bytes, part.header, limits)
    decodedBody(bytes, part)
    decodedText(bytes, structure, part.index)
    for (const { name } of part.parameters) parameterText(part.parameters, name)
  }
  return structure
}

function readHeader(bytes: Uint8Array, header: Header, limits: MessageLimits): void {
  let at = header.begin
  for (const field of header.fields) {
    assert.equal(field.begin, at)
    assert.ok(field.begin <= field.value && field.value <= field.end && field.end > field.begin)
    at = field.end
    const text = fieldText(bytes, field, limits)
    assert.ok(!/[\r\n]/.test(text))
    decodedFieldText(bytes, field, limits)
    parseAddressList(text, limits)
    parseDate(text)
    parseMessageIds(text, limits)
    parseContentType(text, limits)
    parameterText(parseDisposition(text, limits)?.parameters ?? [], 'filename')
  }
  assert.equal(at, header.fieldsEnd)
  assert.ok(header.fieldsEnd <= header.end && header.end <= header.fieldsEnd + 2)
}

const rich = [
  'From: "J\\"o" (a (b) \\) c) <a@x>, =?utf-8?q?J=C3?= =?utf-8?b?tg==?= <@r:b@[192.0.2.1]>',
  'To: group: a@x, "b" <c@y>;',
  'Date: Fri, 21 Nov 1997 09(comment):   55  :  06 -0600',
  'References: <a@x>\r\n <b@y>',
  'Content-Type: multipart/mixed; boundary="b\\"1" (c); x*0=a; x*1*=%62',
  '',
  'preamble',
  '--b"1',
  "Content-Disposition: attachment; filename*=utf-8''%c3%b6",
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'a=3D=\r\nb = \r\n=C3=',
  '--b"1',
  'Content-Type: message/rfc822',
  '',
  'Content-Type: multipart/digest; boundary=c',
  '',
  '--c',
  '',
  'Subject: in',
  '',
  'x',
  '--c--',
  '--b"1',
  'Content-Transfer-Encoding: base64',
  '',
  'QUJD',
  '--b"1--',
  'epilogue',
].join('\r\n')

const ends = [
  ...['From: (\\', 'From: "\\', 'Subject: =?utf-8?q?', 'Subject: =?', 'Subject: =?utf-8?b?QQ', 'From: <', 'From: <@'],
  ...['From: a@[', 'From: a:', 'Content-Type: a/b; x="\\', 'Content-Type: a/b; x=', 'Content-Type: a/', 'Date: (\\'],
  ...['Content-Disposition: a; x*0*=%', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--', 'X', 'X:', 'X:\r', '\r'],
  ...['Content-Transfer-Encoding: quoted-printable\r\n\r\n=', 'Content-Transfer-Encoding: base64\r\n\r\nQ'],
]

test('MI-13 a message may end anywhere, within an escape, a comment or a word', () => {
  for (const text of ends) readAll(latin1(text))
  const bytes = latin1(rich)
  for (let size = 0; size <= bytes.length; size++) readAll(bytes.subarray(0, size))
})

test('MI-13 messages of the corpora may end anywhere', context => {
  if (suitesFolder() === undefined) return context.skip('the suites are not beside the project')
  let every = 0
  for (const name of recordedAnswers('dovecot-2.4.4').keys()) {
    const bytes = corpusMessage(name)
    const step = bytes.length < 1500 && every++ < 40 ? 1 : Math.ceil(bytes.length / 8)
    for (let size = 0; size <= bytes.length; size += step) readAll(bytes.subarray(0, size))
  }
})

const limits: fc.Arbitrary<MessageLimits> = fc.constantFrom(
  usualMessageLimits,
  { ...usualMessageLimits, depth: 2, parts: 4, parameters: 2, addresses: 2, references: 2 },
  { ...usualMessageLimits, headerBytes: 10, fields: 2, fieldBytes: 12, boundaryLength: 1 },
)
const scraps = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    '@',
    '[',
    ']',
    '=',
    '?',
    '%',
    '*',
  ],
  ...['--', '--b', '--b--', '--c', '\r\n--b\r\n', '\r\n--c--\r\n', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'],
  ...['Content-Type: multipart/digest; boundary=c\r\n\r\n', 'Content-Type: message/rfc822\r\n\r\n', 'From: ', 'Date: '],
  ...[
    'Content-Transfer-Encoding: base64\r\n',
    '=?utf-8?q?',
    '?=',
    "*0*=utf-8''",
    '%c3',
    '=C3',
    '\0',
    '\xff',
    '\xc3\xb6',
    'a',
    '1',
    '.',
  ],
]
const anyMessage: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom(...scraps), { maxLength: 40 })
  .map(pieces => latin1(pieces.join('')))

test('no bytes make the parser throw, and every offset lies where it must', () => {
  const check = (bytes: Uint8Array, within: MessageLimits): void => {
    readAll(bytes, within)
  }
  fc.assert(fc.property(anyMessage, limits, check), { numRuns: 2000 })
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), limits, check), { numRuns: 500 })
})

test('a header is read the same when the body behind it has not come yet', () => {
  fc.assert(
    fc.property(anyMessage, anyMessage, (one, other) => {
      const whole = latin1(`${Buffer.from(one).toString('latin1')}${Buffer.from(other).toString('latin1')}`)
      const header = parseHeader(whole, 0, usualMessageLimits)
      assert.deepEqual(parseHeader(whole.subarray(0, header.end), 0, usualMessageLimits), header)
    }),
    { numRuns: 1000 },
  )
})

test('where the memory begins makes no difference', () => {
  for (let shift = 0; shift < 8; shift++) {
    const shifted = latin1(`${'x'.repeat(shift)}${rich}`).subarray(shift)
    assert.deepEqual(readAll(new Uint8Array(shifted)), readAll(shifted))
  }
})
