import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1Text } from '#base/bytes'
import { isShowable } from '#base/showable'
import { encodeResponse } from './encode-response.ts'
import { decodeMailboxName } from './mailbox-name.ts'
import type { ImapResponse } from './response.ts'

/** What a client that knows only RFC 3501 §9 makes of one response: words, quoted strings, literals and lists. */
type Read = string | readonly Read[]

/** Reads all of it or fails: a response that says more than it should has words left over. */
function read(bytes: Uint8Array): readonly Read[] {
  const text = Buffer.from(bytes).toString('latin1')
  let at = 0
  const item = (): Read => {
    const next = text[at] as string
    if (next === '(') {
      at++
      const list: Read[] = []
      while (text[at] !== ')') {
        list.push(item())
        if (text[at] === ' ') at++
      }
      at++
      return list
    }
    if (next === '"') {
      const match = /"((?:[^"\\\r\n\x80-\xff]|\\["\\])*)"/y
      match.lastIndex = at
      const found = match.exec(text)
      assert.ok(found, `no quoted string at ${at} of ${JSON.stringify(text)}`)
      at += found[0].length
      return (found[1] as string).replace(/\\(.)/g, '$1')
    }
    if (next === '{') {
      const size = /\{(\d+)\}\r\n/y
      size.lastIndex = at
      const found = size.exec(text)
      assert.ok(found)
      const from = at + found[0].length
      at = from + Number(found[1])
      assert.ok(at <= text.length && !text.slice(from, at).includes('\0'))
      return Buffer.from(text.slice(from, at), 'latin1').toString('utf8')
    }
    const atom = /[!#-'*-z|}~]+/y
    atom.lastIndex = at
    const found = atom.exec(text)
    assert.ok(found, `nothing to read at ${at} of ${JSON.stringify(text)}`)
    at += found[0].length
    return found[0]
  }
  const items: Read[] = []
  for (;;) {
    items.push(item())
    if (text.startsWith('\r\n', at)) break
    assert.equal(text[at], ' ', JSON.stringify(text))
    at++
  }
  assert.equal(at + 2, text.length, `more than one response: ${JSON.stringify(text)}`)
  return items
}

const said = (response: ImapResponse): string => latin1Text(encodeResponse(response))
const status = { kind: 'status', status: 'OK', text: 'done' } as const
const uids = Uint32Array.of(3, 4, 5, 9)

for (const [response, expected] of [
  [{ ...status, tag: 'a1' }, 'a1 OK done'],
  [{ ...status, status: 'BYE' }, '* BYE done'],
  [{ ...status, code: 'READ-WRITE', tag: 'a' }, 'a OK [READ-WRITE] done'],
  [{ ...status, code: { code: 'UIDNEXT', number: 7 } }, '* OK [UIDNEXT 7] done'],
  [
    { ...status, code: { code: 'PERMANENTFLAGS', flags: ['\\Seen', 'x', '\\*'] } },
    '* OK [PERMANENTFLAGS (\\Seen x \\*)] done',
  ],
  [
    { ...status, code: { code: 'BADCHARSET', charsets: ['UTF-8', 'US-ASCII'] } },
    '* OK [BADCHARSET (UTF-8 US-ASCII)] done',
  ],
  [{ ...status, code: { code: 'APPENDUID', uidValidity: 8, uids } }, '* OK [APPENDUID 8 3:5,9] done'],
  [
    { ...status, code: { code: 'COPYUID', uidValidity: 8, from: uids, to: Uint32Array.of(1, 2, 3, 4) } },
    '* OK [COPYUID 8 3:5,9 1:4] done',
  ],
  [{ kind: 'continue', text: '' }, '+ '],
  [{ kind: 'continue', text: 'Zm9v' }, '+ Zm9v'],
  [{ kind: 'capability', capabilities: ['IMAP4rev1', 'AUTH=PLAIN'] }, '* CAPABILITY IMAP4rev1 AUTH=PLAIN'],
  [{ kind: 'enabled', capabilities: [] }, '* ENABLED'],
  [
    { kind: 'list', as: 'LIST', attributes: ['\\HasNoChildren', '\\Sent'], delimiter: '/', mailbox: 'Entwürfe' },
    '* LIST (\\HasNoChildren \\Sent) "/" Entw&APw-rfe',
  ],
  [{ kind: 'list', as: 'LSUB', attributes: [], delimiter: undefined, mailbox: 'a "b"' }, '* LSUB () NIL "a \\"b\\""'],
  [{ kind: 'list', as: 'LIST', attributes: [], delimiter: '/', mailbox: 'nil' }, '* LIST () "/" "nil"'],
  [{ kind: 'list', as: 'LIST', attributes: [], delimiter: '/', mailbox: '' }, '* LIST () "/" ""'],
  [
    { kind: 'list', as: 'LIST', attributes: [], delimiter: '/', mailbox: 'a', childInfo: ['SUBSCRIBED'] },
    '* LIST () "/" a ("CHILDINFO" ("SUBSCRIBED"))',
  ],
  [
    {
      kind: 'mailbox-status',
      mailbox: 'a*b',
      items: [
        { item: 'MESSAGES', number: 0 },
        { item: 'UNSEEN', number: 4294967295 },
      ],
    },
    '* STATUS "a*b" (MESSAGES 0 UNSEEN 4294967295)',
  ],
  [{ kind: 'search', numbers: [] }, '* SEARCH'],
  [{ kind: 'search', numbers: uids }, '* SEARCH 3 4 5 9'],
  [{ kind: 'flags', flags: ['\\Seen', '$Junk'] }, '* FLAGS (\\Seen $Junk)'],
  [{ kind: 'exists', number: 10 }, '* 10 EXISTS'],
  [{ kind: 'recent', number: 0 }, '* 0 RECENT'],
  [{ kind: 'expunge', number: 99 }, '* 99 EXPUNGE'],
  [{ kind: 'namespace', personal: [{ prefix: '', delimiter: '/' }] }, '* NAMESPACE (("" "/")) NIL NIL'],
  [{ kind: 'namespace', others: [{ prefix: 'Ü/', delimiter: '/' }] }, '* NAMESPACE NIL (("&ANw-/" "/")) NIL'],
  [{ kind: 'id', fields: {} }, '* ID NIL'],
  [{ kind: 'id', fields: { name: 'Hauspost' } }, '* ID ("name" "Hauspost")'],
] satisfies [ImapResponse, string][])
  test(expected, () => assert.equal(said(response), `${expected}\r\n`))

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('"', '\\', '\r\n', '\n', '\r', '\0', '(', ')', '[', ']', '{9}', 'é', ' ', 'a', '* BYE'))
    .map(all => all.join('')),
)

test('IM-28 no text for people ends its line, or passes for a response code', () => {
  fc.assert(
    fc.property(hostile, text => {
      const plain = said({ ...status, tag: 'a', text })
      assert.match(plain, /^a OK [\x20-\x7e]+\r\n$/)
      assert.ok(!plain.startsWith('a OK ['))
      assert.match(said({ ...status, code: 'CLOSED', text }), /^\* OK \[CLOSED\] [\x20-\x7e]+\r\n$/)
      assert.match(said({ kind: 'continue', text }), /^\+ [\x20-\x7e]*\r\n$/)
    }),
  )
})

test('IM-28 no flag, attribute or capability says more than itself', () => {
  fc.assert(
    fc.property(fc.array(hostile), words => {
      const [, , flags] = read(encodeResponse({ kind: 'flags', flags: words }))
      for (const flag of flags as readonly Read[]) assert.ok(words.includes(flag as string))
      const list = read(encodeResponse({ kind: 'list', as: 'LIST', attributes: words, delimiter: '/', mailbox: 'x' }))
      assert.equal(list.length, 5)
      assert.ok(read(encodeResponse({ kind: 'capability', capabilities: words })).length <= words.length + 2)
    }),
  )
})

test('IM-28 a mailbox name arrives as it is, whatever stands in it', () => {
  fc.assert(
    fc.property(hostile, text => {
      const mailbox = text.toWellFormed()
      const list = read(encodeResponse({ kind: 'list', as: 'LIST', attributes: [], delimiter: '/', mailbox }))
      assert.equal(list.length, 5)
      const heard = read(encodeResponse({ kind: 'mailbox-status', mailbox, items: [] }))[2] as string
      assert.equal(heard, list[4])
      const name = mailbox.normalize('NFC')
      if (mailbox === name && name !== '' && isShowable(name)) assert.equal(decodeMailboxName(heard), name)
    }),
    { numRuns: 1_000 },
  )
})

test('IM-28 words of ID arrive as they are, but for NUL', () => {
  fc.assert(
    fc.property(hostile, hostile, (field, value) => {
      const told = read(encodeResponse({ kind: 'id', fields: { [field]: value } }))[2] as readonly Read[]
      const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '')
      if (field !== '__proto__') assert.deepEqual(told, [clean(field), clean(value)])
    }),
  )
})

test('a long search answer is one line', () => {
  const numbers = Uint32Array.from({ length: 100_000 }, (_, i) => i + 1)
  const words = latin1Text(encodeResponse({ kind: 'search', numbers }))
    .trimEnd()
    .split(' ')
  assert.equal(words.length, 100_002)
  assert.equal(words.at(-1), '100000')
})
