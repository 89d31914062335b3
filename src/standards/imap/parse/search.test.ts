import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, utf8, utf8Text } from '#base/bytes'
import { parseCommand } from '../parse-command.ts'
import type { SearchKey } from '../search-key.ts'
import { star } from '../sequence-set.ts'

function searched(keys: string): SearchKey | string {
  const command = parseCommand(latin1(`a SEARCH ${keys}`))
  if (!command.ok) return `${command.failure.status} ${command.failure.text}`
  return command.value.name === 'SEARCH' ? command.value.key : 'another command'
}

const seen = { key: 'flag', flag: '\\Seen', set: true }
const unseen = { key: 'flag', flag: '\\Seen', set: false }
const day = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / 86_400_000

for (const [keys, expected] of [
  ['ALL', { key: 'all' }],
  ['SEEN', seen],
  ['unseen', unseen],
  ['UNDRAFT', { key: 'flag', flag: '\\Draft', set: false }],
  ['RECENT', { key: 'recent' }],
  ['OLD', { key: 'not', of: { key: 'recent' } }],
  ['NEW', { key: 'and', keys: [{ key: 'recent' }, unseen] }],
  ['KEYWORD Work', { key: 'flag', flag: 'Work', set: true }],
  ['UNKEYWORD Work', { key: 'flag', flag: 'Work', set: false }],
  ['SEEN UNSEEN', { key: 'and', keys: [seen, unseen] }],
  ['(SEEN)', seen],
  ['(SEEN UNSEEN)', { key: 'and', keys: [seen, unseen] }],
  ['NOT SEEN', { key: 'not', of: seen }],
  ['OR SEEN (UNSEEN ALL)', { key: 'or', keys: [seen, { key: 'and', keys: [unseen, { key: 'all' }] }] }],
  [
    '1,*:3',
    {
      key: 'numbers',
      set: [
        { from: 1, to: 1 },
        { from: star, to: 3 },
      ],
    },
  ],
  ['UID 5:*', { key: 'uids', set: [{ from: 5, to: star }] }],
  ['LARGER 0', { key: 'larger', than: 0 }],
  ['SMALLER 4294967295', { key: 'smaller', than: 4294967295 }],
  ['BEFORE 1-Feb-1994', { key: 'received', order: 'before', day: day(1994, 2, 1) }],
  ['ON "29-FEB-2024"', { key: 'received', order: 'on', day: day(2024, 2, 29) }],
  ['SENTSINCE 01-jan-1969', { key: 'sent', order: 'since', day: -365 }],
  ['FROM "Peter"', { key: 'header', field: 'from', text: 'Peter' }],
  ['SUBJECT {3}\r\na\r\n', { key: 'header', field: 'subject', text: 'a\r\n' }],
  ['HEADER Message-ID ""', { key: 'header', field: 'message-id', text: '' }],
  ['BODY x', { key: 'body', text: 'x' }],
  ['TEXT ""', { key: 'all' }],
  ['CHARSET utf-8 TEXT "\xc3\xbc"', { key: 'text', text: 'ü' }],
  ['CHARSET "US-ASCII" SEEN', seen],
  ['CHARSET KOI8-R SEEN', 'NO Searches are written in UTF-8 or US-ASCII'],
  ['TEXT "\xfc"', 'BAD The text to search for is not UTF-8'],
  ['', 'BAD Expected an atom'],
  ['FROB', 'BAD Unknown search key'],
  ['FROB x', 'BAD Unknown search key'],
  ['HEADER "" x', 'BAD A header field has a name'],
  ['NOT', 'BAD An argument is missing'],
  ['OR SEEN', 'BAD An argument is missing'],
  ['()', 'BAD Expected an atom'],
  ['(SEEN', 'BAD Expected ")"'],
  ['SEEN)', 'BAD Too many arguments'],
  ['ON 30-Feb-2024', 'BAD No such day'],
  ['ON 000007-Feb-2024', 'BAD A day has one digit or two'],
  ['0', 'BAD Number too small'],
  ['LARGER 4294967296', 'BAD Number too large'],
] as const)
  test(`SEARCH ${JSON.stringify(keys)}`, () => assert.deepEqual(searched(keys), expected))

const deep = 'BAD Search nested too deep'
for (const [what, keys] of [
  ['parentheses', `${'('.repeat(30_000)}SEEN`],
  ['NOT', `${'NOT '.repeat(10_000)}SEEN`],
  ['NOT in parentheses', `${'NOT ('.repeat(10_000)}SEEN`],
  ['OR', `${'OR '.repeat(15_000)}SEEN`],
  ['OR to the right', `${'OR SEEN '.repeat(7_000)}SEEN SEEN`],
] as const)
  test(`IM-04 ${what} without end is refused`, () => assert.equal(searched(keys), deep))

test('IM-04 fifty levels are taken, fifty-one are not', () => {
  assert.notEqual(searched(`${'NOT '.repeat(50)}SEEN`), deep)
  assert.equal(searched(`${'NOT '.repeat(51)}SEEN`), deep)
})

test('IM-04 a flat search with too many keys is refused', () => {
  assert.equal(searched('ALL '.repeat(1_001).trim()), 'BAD Search has too many keys')
  assert.equal(typeof searched('ALL '.repeat(1_000).trim()), 'object')
})

test('IM-08 a long set in a search stays as it was written', () => {
  const key = searched(Array(5_000).fill('1:4294967295').join(','))
  assert.ok(typeof key === 'object' && key.key === 'numbers' && key.set.length === 5_000)
})

test('texts come as UTF-8', () => {
  const text = 'Grüße 台北'
  const literal = Buffer.from(utf8(text)).toString('latin1')
  assert.equal(utf8Text(latin1(literal)), text)
  const key = searched(`CHARSET UTF-8 BODY {${literal.length}}\r\n${literal}`)
  assert.deepEqual(key, { key: 'body', text })
})
