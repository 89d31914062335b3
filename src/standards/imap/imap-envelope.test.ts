import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1 } from '#base/bytes'
import { parseHeader, usualMessageLimits } from '#standards/message'
import { type ImapValue, readImapValue } from '../../../test/kit/imap-value.ts'
import { imapString } from './encode/imap-string.ts'
import { imapEnvelope } from './imap-envelope.ts'

const envelope = (header: string): string => {
  const bytes = latin1(header)
  return imapEnvelope(bytes, parseHeader(bytes, 0, usualMessageLimits), usualMessageLimits)
}

test('the example of RFC 3501 §8', () => {
  const header = [
    'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
    'From: Terry Gray <gray@cac.washington.edu>',
    'Subject: IMAP4rev1 WG mtg summary and minutes',
    'To: imap@cac.washington.edu',
    'cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>',
    'Message-Id: <B27397-0100000@cac.washington.edu>',
    '',
    '',
  ].join('\r\n')
  const gray = '(("Terry Gray" NIL "gray" "cac.washington.edu"))'
  assert.equal(
    envelope(header),
    '("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ' +
      `${gray} ${gray} ${gray} ((NIL NIL "imap" "cac.washington.edu")) ` +
      '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) ' +
      'NIL NIL "<B27397-0100000@cac.washington.edu>")',
  )
})

test('what is absent is NIL, what is empty is empty, and Sender and Reply-To default to From', () => {
  assert.equal(envelope('\r\n'), '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)')
  assert.equal(envelope('Subject:\r\nTo: \r\nIn-Reply-To:\r\n\r\n'), '(NIL "" NIL NIL NIL NIL NIL NIL "" NIL)')
  const a = '((NIL NIL "a" "x"))'
  assert.equal(envelope('From: a@x\r\nSender:\r\n\r\n'), `(NIL NIL ${a} ${a} ${a} NIL NIL NIL NIL NIL)`)
  assert.equal(
    envelope('From: a@x\r\nSender: b@x\r\nReply-To: c@x\r\n\r\n'),
    `(NIL NIL ${a} ((NIL NIL "b" "x")) ((NIL NIL "c" "x")) NIL NIL NIL NIL NIL)`,
  )
})

test('groups are marked by NIL, and one that is not closed is closed', () => {
  const end = '(NIL NIL NIL NIL)'
  const to = (list: string): string => envelope(`To: ${list}\r\n\r\n`).slice('(NIL NIL NIL NIL NIL '.length, -17)
  assert.equal(to('undisclosed-recipients:;'), `((NIL NIL "undisclosed-recipients" NIL)${end})`)
  assert.equal(
    to('A: b@x, C <d@y>;, e@z'),
    `((NIL NIL "A" NIL)(NIL NIL "b" "x")("C" NIL "d" "y")${end}(NIL NIL "e" "z"))`,
  )
  assert.equal(to('A: b@x'), `((NIL NIL "A" NIL)(NIL NIL "b" "x")${end})`)
  assert.equal(to('<@r1,@r2:a@x>'), '((NIL "@r1,@r2" "a" "x"))')
  assert.equal(to('root'), '((NIL NIL "root" ""))')
})

test('IM-28 a header cannot break out of its string', () => {
  const table: readonly (readonly [string, string])[] = [
    ['plain', '"plain"'],
    ['', '""'],
    ['a"b', '"a\\"b"'],
    ['a\\', '"a\\\\"'],
    ['a\r\nb', '{4}\r\na\r\nb'],
    ['\xfc', '{1}\r\n\xfc'],
    ['a\0b', '{2}\r\nab'],
    ['{3}', '"{3}"'],
    ['a\x7f', '{2}\r\na\x7f'],
  ]
  for (const [text, expected] of table) assert.equal(imapString(text), expected, JSON.stringify(text))
  assert.equal(
    envelope('Subject: x"\r\n\t)) FLAGS (\\Seen\r\n\r\n'),
    '(NIL "x\\"\t)) FLAGS (\\\\Seen" NIL NIL NIL NIL NIL NIL NIL NIL)',
  )
})

const text = (value: ImapValue | undefined): string | undefined =>
  typeof value === 'object' && value !== null && 'text' in value ? value.text : undefined

test('IM-28 an independent client reads back what the header says, whatever it says', () => {
  const hostile = fc.constantFrom(...'"\\(){}\r\n \t\0\xff\x80a1,:;<>@[]%*=?_.')
  fc.assert(
    fc.property(fc.string({ unit: hostile, maxLength: 60 }), value => {
      const subject = value.replace(/[\r\n]/g, '')
      const header = `From: ${subject}\r\nTo: "${subject}" <a@x>\r\nSubject: ${subject}\r\n\r\n`
      const read = readImapValue(latin1(envelope(header)))
      assert.ok(Array.isArray(read) && read.length === 10)
      assert.equal(text(read[1]), subject.replace(/^[ \t]+|[ \t]+$/g, '').replaceAll('\0', ''))
      for (const list of read.slice(2, 8)) {
        if (list === null) continue
        assert.ok(Array.isArray(list) && list.length > 0)
        for (const entry of list) assert.ok(Array.isArray(entry) && entry.length === 4)
      }
    }),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: hostile, maxLength: 60 }), value => {
      assert.equal(text(readImapValue(latin1(imapString(value)))), value.replaceAll('\0', ''))
    }),
  )
})
