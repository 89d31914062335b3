import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1 } from '#base/bytes'
import { parseStructure, usualMessageLimits } from '#standards/message'
import { readImapValue } from '../../../test/kit/imap-value.ts'
import { bodyText } from './body-structure.ts'

const structure = (
  lines: readonly string[],
  extended = false,
  limits = usualMessageLimits,
  most = 1_000_000,
): string => {
  const bytes = latin1(lines.join('\r\n'))
  const text = bodyText(bytes, parseStructure(bytes, limits), { extended, most })
  readImapValue(latin1(text))
  return text
}

test('single parts have their basic fields, text its lines, and the rest behind', () => {
  assert.equal(
    structure(['Subject: x', '', 'one', 'two', '']),
    '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2)',
  )
  assert.equal(structure(['', '']), '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)')
  assert.equal(structure([]), '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)')
  const full = [
    'Content-Type: Application/PDF; Name="a \\"b\\".pdf"',
    'Content-ID: <id@x>',
    'Content-Description: A thing',
    'Content-Transfer-Encoding: BASE64',
    'Content-MD5: Q2hlY2s=',
    'Content-Disposition: attachment; filename=a.pdf',
    'Content-Language: de, EN',
    'Content-Location: http://x/a',
    '',
    'QQ==',
  ]
  const basic = '"application" "pdf" ("name" "a \\"b\\".pdf") "<id@x>" "A thing" "base64" 4'
  assert.equal(structure(full), `(${basic})`)
  assert.equal(
    structure(full, true),
    `(${basic} "Q2hlY2s=" ("attachment" ("filename" "a.pdf")) ("de" "EN") "http://x/a")`,
  )
})

test('multiparts and enclosed messages hold their parts', () => {
  const lines = [
    'Content-Type: multipart/mixed; boundary=b',
    '',
    'preamble',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: in',
    '',
    'text',
    'more',
    '--b',
    '',
    'plain',
    '--b--',
  ]
  const plain = (octets: number, count: number, extension = '') =>
    `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" ${octets} ${count}${extension})`
  const envelope = '(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
  assert.equal(
    structure(lines),
    `(("message" "rfc822" NIL NIL NIL "7bit" 25 ${envelope} ${plain(10, 1)} 3)${plain(5, 0)} "mixed")`,
  )
  const none = ' NIL NIL NIL NIL'
  assert.equal(
    structure(lines, true),
    `(("message" "rfc822" NIL NIL NIL "7bit" 25 ${envelope} ${plain(10, 1, none)} 3${none})${plain(5, 0, none)} ` +
      '"mixed" ("boundary" "b") NIL NIL NIL)',
  )
})

test('a multipart without parts is said to have an empty one, and what is nested too deep is bytes', () => {
  const empty = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0'
  assert.equal(structure(['Content-Type: multipart/mixed; boundary=b', '', 'x']), `(${empty}) "mixed")`)
  assert.equal(
    structure(['Content-Type: multipart/mixed', '', 'x'], true),
    `(${empty} NIL NIL NIL NIL) "mixed" NIL NIL NIL NIL)`,
  )
  const nested = [
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'x: y',
    '',
    '',
  ]
  assert.equal(
    structure(nested, false, { ...usualMessageLimits, depth: 1 }),
    '(("application" "octet-stream" NIL NIL NIL "7bit" 8) "mixed")',
  )
})

test('MI-08 segments of a filename are joined, wherever the lines were folded', () => {
  const named = (value: string): string => {
    const found = structure([`Content-Type: a/b`, `Content-Disposition: attachment; ${value}`, '', ''], true)
    return found.slice(found.indexOf('("attachment" ') + 14, -10)
  }
  assert.equal(named('filename*0="a.tx";\r\n filename*1="t.exe"'), '("filename" "a.txt.exe")')
  assert.equal(named('filename*1="t.exe"; filename*0="a.tx"'), '("filename" "a.txt.exe")')
  assert.equal(named('filename*0*=utf-8\'\'%c3%bc; filename*1=".%e"'), '("filename*" "utf-8\'\'%c3%bc.%25e")')
})

test('a charset said by RFC 2231 is not said once more', () => {
  const parameters = (type: string): string =>
    structure([`Content-Type: ${type}`, '', ''])
      .split(' ', 6)
      .slice(2)
      .join(' ')
  assert.ok(parameters("text/plain; charset*=utf-8''utf-8").startsWith('("charset*" "utf-8\'\'utf-8") NIL'))
  assert.ok(parameters('text/plain; charset*0=ut; charset*1=f-8').startsWith('("charset" "utf-8") NIL'))
  assert.ok(parameters('text/plain; format=flowed').startsWith('("format" "flowed" "charset" "us-ascii")'))
})

test('RFC 3501 §9: only message/rfc822 is told with what is in it', () => {
  const lines = (subtype: string) => [`Content-Type: message/${subtype}`, '', 'Subject: in', '', 'text']
  assert.equal(structure(lines('global')), '("message" "global" NIL NIL NIL "7bit" 19)')
  assert.equal(structure(lines('global'), true), '("message" "global" NIL NIL NIL "7bit" 19 NIL NIL NIL NIL)')
  assert.match(structure(lines('rfc822')), /"7bit" 19 \(NIL "in" NIL.*\("text" "plain".* 2\)$/)
})

test('what would be too long is told by types and sizes', () => {
  const lines = [
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    `Content-Type: text/html; name="${'n'.repeat(500)}"`,
    '',
    'one',
    '--b',
    'Content-Type: message/rfc822',
    '',
    `Subject: ${'s'.repeat(500)}`,
    'Content-Type: multipart/related; boundary=c',
    '',
    '--c',
    `Content-Type: ${'t'.repeat(200)}/x`,
    '',
    'two',
    '--b--',
  ]
  const full = structure(lines, true)
  assert.equal(structure(lines, true, usualMessageLimits, full.length), full)
  const none = 'NIL NIL NIL NIL'
  assert.equal(
    structure(lines, true, usualMessageLimits, full.length - 10),
    `(("text" "html" NIL NIL NIL "7bit" 3 0 ${none})("message" "rfc822" NIL NIL NIL "7bit" ${
      lines.slice(9, 16).join('\r\n').length
    } (${none} ${none} NIL NIL) (("application" "octet-stream" NIL NIL NIL "7bit" 3 ${none}) "related" ${none}) 6 ${none}) "mixed" ${none})`,
  )
})
