import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImapDialogue } from '../../../test/kit/imap-dialogue.ts'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const multipart = Buffer.from(
  [
    'Date: Tue, 24 Nov 2026 08:00:00 +0100',
    'From: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>',
    'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
    'X-Odd: yes',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Stra=C3=9Fe und Wiese',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    '',
    'Inner text',
    '--b--',
    '',
  ].join('\r\n'),
)

async function withLetters(client: ImapDialogue, ...letters: readonly Uint8Array[]): Promise<void> {
  for (const letter of letters) await client.withLiterals('APPEND INBOX ', letter)
  await client.command('SELECT INBOX')
}

test('FETCH of every item, and macros', async () => {
  const client = await (await openTestDoor()).login()
  await withLetters(client, multipart)
  const all = await client.command('FETCH 1 FULL')
  assert.match(all.untagged[0] ?? '', /^\* 1 FETCH \(FLAGS \(.*RFC822\.SIZE \d+.*ENVELOPE \(.*BODY \(/)
  const structure = await client.command('UID FETCH 1 BODYSTRUCTURE')
  assert.match(structure.untagged[0] ?? '', /UID 1/)
  const sections: Record<string, string> = {
    '1': '{21}\r\nStra=C3=9Fe und Wiese',
    '1.MIME': '{88}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
    '2.HEADER': '{18}\r\nSubject: inner\r\n\r\n',
    '2.TEXT': '{10}\r\nInner text',
    '2.1': '{10}\r\nInner text',
    '2.1.1': 'NIL',
    '3': 'NIL',
    '1.HEADER': 'NIL',
    'HEADER.FIELDS (X-Odd)': '{14}\r\nX-Odd: yes\r\n\r\n',
    'HEADER.FIELDS (Subject)': '{37}\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n\r\n',
    'HEADER.FIELDS (Nobody)': '{2}\r\n\r\n',
  }
  for (const [section, wanted] of Object.entries(sections)) {
    const fetched = await client.command(`FETCH 1 BODY.PEEK[${section}]`)
    const label = section.startsWith('HEADER.FIELDS') ? section.toUpperCase() : section
    assert.equal(fetched.untagged[0], `* 1 FETCH (BODY[${label}] ${wanted})`)
  }
})

test('BODY[] sets \\Seen once and tells it; BODY.PEEK[] and EXAMINE do not', async () => {
  const client = await (await openTestDoor()).login()
  await withLetters(client, multipart, multipart)
  assert.equal((await client.command('FETCH 1 BODY.PEEK[]')).untagged.length, 1)
  const seen = await client.command('FETCH 1:2 BODY[TEXT]<0.5>')
  assert.equal(seen.untagged[0], '* 1 FETCH (BODY[TEXT]<0> {5}\r\n--b\r\n)')
  assert.deepEqual(seen.untagged.slice(2), [
    '* 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))',
    '* 2 FETCH (UID 2 FLAGS (\\Seen \\Recent))',
  ])
  await client.command('STORE 1 -FLAGS.SILENT (\\Seen)')
  await client.command('EXAMINE INBOX')
  assert.equal((await client.command('FETCH 1 RFC822')).untagged.length, 1)
})

test('IM-08 sets that name everything many times answer each message once', async () => {
  const client = await (await openTestDoor()).login()
  await withLetters(client, multipart, multipart, multipart)
  const many = Array.from({ length: 2_000 }, () => '*:1,1:*').join(',')
  assert.equal((await client.command(`UID FETCH ${many} FLAGS`)).untagged.length, 3)
  assert.equal((await client.command(`UID FETCH 1:4294967295,1:4294967295 FLAGS`)).untagged.length, 3)
  assert.equal((await client.command(`STORE ${'1,'.repeat(5_000)}1 +FLAGS (\\Seen)`)).untagged.length, 1)
  assert.equal((await client.command('FETCH 0 FLAGS')).status, 'BAD')
  assert.equal((await client.command('FETCH 4294967296 FLAGS')).status, 'BAD')
})

test('IM-27 partials and part numbers at their ends', async () => {
  const client = await (await openTestDoor()).login()
  await withLetters(client, multipart)
  const beyond = await client.command('FETCH 1 BODY.PEEK[]<4294967295.4294967295>')
  assert.equal(beyond.untagged[0], '* 1 FETCH (BODY[]<4294967295> {0}\r\n)')
  assert.equal((await client.command('FETCH 1 BODY.PEEK[]<0.0>')).status, 'BAD')
  assert.equal((await client.command(`FETCH 1 BODY.PEEK[${'1.'.repeat(999)}1]`)).status, 'BAD')
  const deep = await client.command(`FETCH 1 BODY.PEEK[${'1.'.repeat(50)}1]`)
  assert.match(deep.untagged[0] ?? '', / NIL\)$/)
})

test('large contents are streamed, whole and in part', async () => {
  const client = await (await openTestDoor()).login()
  const large = Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(40_000)}`)
  await withLetters(client, large, multipart)
  const fetched = await client.command('FETCH 1:2 (UID BODY.PEEK[])')
  assert.equal(fetched.untagged[0], `* 1 FETCH (UID 1 BODY[] {${large.length}}\r\n${large.toString('latin1')})`)
  assert.match(fetched.untagged[1] ?? '', /^\* 2 FETCH \(UID 2 BODY\[\] \{/)
  const part = await client.command('FETCH 1 BODY.PEEK[]<2000000.1500000>')
  const wanted = large.toString('latin1', 2_000_000, 3_500_000)
  assert.equal(part.untagged[0], `* 1 FETCH (BODY[]<2000000> {${wanted.length}}\r\n${wanted})`)
})

test('IM-10 a client that does not read holds nobody up', async () => {
  const opened = await openTestDoor()
  const client = await opened.login()
  const large = Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(2_500)}`)
  await withLetters(client, ...Array.from({ length: 10 }, () => large))
  client.socket.pause()
  for (let i = 0; i < 200; i++) client.send(`p${i} FETCH 1:* BODY.PEEK[]\r\n`)
  const other = await opened.login('INBOX')
  assert.equal((await other.command('NOOP')).status, 'OK')
  client.close()
})

test('SEARCH: flags, sizes, dates, headers, texts', async () => {
  const client = await (await openTestDoor()).login()
  await client.withLiterals('APPEND INBOX (\\Seen Blue) " 1-Feb-2020 10:00:00 +0000" ', multipart)
  await client.withLiterals(
    'APPEND INBOX (\\Flagged) ',
    Buffer.from('Subject: plain\r\nTo: x@y\r\n\r\nnothing here\r\n'),
  )
  await client.command('SELECT INBOX')
  const cases: readonly (readonly [string, string])[] = [
    ['ALL', ' 1 2'],
    ['SEEN', ' 1'],
    ['UNSEEN', ' 2'],
    ['KEYWORD Blue', ' 1'],
    ['UNKEYWORD Red', ' 1 2'],
    ['KEYWORD Red', ''],
    ['2:*', ' 2'],
    ['UID 1', ' 1'],
    ['LARGER 200', ' 1'],
    ['SMALLER 200', ' 2'],
    ['BEFORE 2-Feb-2020', ' 1'],
    ['ON 1-Feb-2020', ' 1'],
    ['SENTSINCE 24-Nov-2026', ' 1'],
    ['SENTON 24-Nov-2026 SEEN', ' 1'],
    ['SUBJECT plain', ' 2'],
    ['CHARSET UTF-8 SUBJECT {6+}\r\ngr\u00c3\u00bc\u00c3\u009f', ' 1'],
    ['FROM example', ' 1'],
    ['HEADER X-Odd ""', ' 1'],
    ['HEADER X-Odd yes', ' 1'],
    ['BODY "und wiese"', ' 1'],
    ['CHARSET UTF-8 BODY {7+}\r\nSTRASSE', ' 1'],
    ['TEXT inner', ' 1'],
    ['TEXT plain', ' 2'],
    ['NOT (BODY nothing)', ' 1'],
    ['OR FLAGGED BODY wiese', ' 1 2'],
    ['RECENT', ' 1 2'],
  ]
  for (const [key, found] of cases)
    assert.equal((await client.command(`SEARCH ${key}`)).untagged[0], `* SEARCH${found}`, key)
  assert.match((await client.command('SEARCH CHARSET KLINGON ALL')).text, /^\[BADCHARSET/)
})
