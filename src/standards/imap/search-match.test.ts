import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, utf8 } from '#base/bytes'
import { instant } from '#base/clock'
import { foldText } from './fold-text.ts'
import { parseCommand } from './parse-command.ts'
import {
  type BoundKey,
  bindSearch,
  matches,
  matchesFacts,
  type SearchContent,
  type SearchFacts,
  searchNeed,
  soughtBy,
} from './search-match.ts'

const flags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', 'Work']

function bound(keys: string): BoundKey {
  const command = parseCommand(latin1(`a SEARCH ${Buffer.from(utf8(keys)).toString('latin1')}`))
  assert.ok(command.ok && command.value.name === 'SEARCH', keys)
  const bitsOf = (flag: string) => {
    const place = flags.findIndex(each => each.toLowerCase() === flag.toLowerCase())
    if (flag === 'High') return { low: 0, high: 2 ** 31 }
    return place < 0 ? undefined : { low: 1 << place, high: 0 }
  }
  return bindSearch(command.value.key, { bitsOf, exists: 10, lastUid: 40 })
}

const noon = instant(Date.UTC(2024, 4, 17, 12))
/** Message 3, UID 30, \Seen and Work, 500 bytes. */
const facts: SearchFacts = { number: 3, uid: 30, low: 33, high: 2 ** 31, recent: false, size: 500, received: noon }
const bare: SearchFacts = { number: 3, uid: 30, low: 33, high: 0, recent: true }
const content: SearchContent = {
  inField: (name, text) => name === 'subject' && foldText('Grüße aus der Straße').includes(text),
  sent: Date.UTC(2024, 4, 16) / 86_400_000,
  inHeader: text => foldText('Subject: Grüße aus der Straße').includes(text),
  inBody: text => ['Guten Tag', '日本'].some(each => foldText(each).includes(text)),
}

for (const [keys, expected] of [
  ['ALL', true],
  ['SEEN', true],
  ['UNSEEN', false],
  ['KEYWORD WORK', true],
  ['KEYWORD High', true],
  ['UNKEYWORD High', false],
  ['KEYWORD Nobody', false],
  ['UNKEYWORD Nobody', true],
  ['RECENT', false],
  ['OLD', true],
  ['NEW', false],
  ['3', true],
  ['4:*', false],
  ['UID 25:31', true],
  ['UID *', false],
  ['LARGER 499', true],
  ['LARGER 500', false],
  ['SMALLER 500', false],
  ['SMALLER 501', true],
  ['ON 17-May-2024', true],
  ['BEFORE 17-May-2024', false],
  ['SINCE 17-May-2024', true],
  ['SINCE 18-May-2024', false],
  ['NOT SEEN', false],
  ['OR UNSEEN LARGER 1', true],
  ['SEEN UNSEEN', false],
] as const)
  test(`${keys} is decided by the facts: ${expected}`, () => assert.equal(matchesFacts(bound(keys), facts), expected))

for (const [keys, expected] of [
  ['LARGER 1', undefined],
  ['ON 17-May-2024', undefined],
  ['SUBJECT x', undefined],
  ['NOT SUBJECT x', undefined],
  ['SEEN SUBJECT x', undefined],
  ['UNSEEN SUBJECT x', false],
  ['SUBJECT x UNSEEN', false],
  ['OR SUBJECT x SEEN', true],
  ['OR SUBJECT x UNSEEN', undefined],
  ['NOT (SUBJECT x UNSEEN)', true],
] as const)
  test(`${keys} by flags alone: ${expected}`, () => assert.equal(matchesFacts(bound(keys), bare), expected))

for (const [keys, expected] of [
  ['SUBJECT "GRÜSSE"', true],
  ['SUBJECT STRASSE', true],
  ['SUBJECT "grüsse aus"', true],
  ['SUBJECT "Gruesse"', false],
  ['SUBJECT ""', true],
  ['HEADER List-Id ""', false],
  ['FROM x', false],
  ['BODY "guten tag"', true],
  ['BODY "本"', true],
  ['BODY "straße"', false],
  ['TEXT "straße"', true],
  ['TEXT "tag"', true],
  ['TEXT "tag日"', false],
  ['SENTON 16-May-2024', true],
  ['SENTBEFORE 16-May-2024', false],
  ['SENTSINCE 17-May-2024', false],
] as const)
  test(`${keys} in the message: ${expected}`, () => assert.equal(matches(bound(keys), facts, content), expected))

test('a message without a date was sent on no day', () => {
  for (const order of ['BEFORE', 'ON', 'SINCE'])
    assert.equal(matches(bound(`SENT${order} 16-May-2024`), facts, { ...content, sent: 'none' }), false)
})

test('the header may decide before the body is read', () => {
  const header: SearchContent = { ...content, inBody: () => undefined }
  assert.equal(matches(bound('TEXT "Straße"'), facts, header), true)
  assert.equal(matches(bound('TEXT Tag'), facts, header), undefined)
  assert.equal(matches(bound('BODY Tag FROM nobody'), facts, header), false)
})

test('a search says what it must read', () => {
  assert.equal(searchNeed(bound('UNSEEN UID 3')), 'flags')
  assert.equal(searchNeed(bound('OR SEEN LARGER 3')), 'facts')
  assert.equal(searchNeed(bound('SEEN NOT FROM x')), 'header')
  assert.equal(searchNeed(bound('OR FROM x BODY y')), 'body')
})

test('a search says what it looks for, and how often it asks', () => {
  const sought = soughtBy(bound('OR FROM x (SUBJECT y SENTON 1-Jan-2020) NOT TEXT z OR FROM a BODY "Straße"'))
  assert.deepEqual(
    sought.fields,
    new Map([
      ['from', new Set(['X', 'A'])],
      ['subject', new Set(['Y'])],
    ]),
  )
  assert.deepEqual(sought.header, new Set(['Z']))
  assert.deepEqual(sought.body, new Set(['Z', 'STRASSE']))
  const counts = (key: string): readonly number[] => {
    const { texts, fieldTexts } = soughtBy(bound(key))
    return [texts, fieldTexts]
  }
  assert.deepEqual([sought.texts, sought.fieldTexts], [2, 3])
  assert.deepEqual(counts('TEXT a TEXT a'), [2, 0])
  assert.deepEqual(counts('SEEN LARGER 3'), [0, 0])
})

test('UNSEEN over 100,000 messages takes no time', () => {
  const key = bound('UNSEEN NOT DELETED UID 1:*')
  const each: { -readonly [K in keyof SearchFacts]: SearchFacts[K] } = { ...facts }
  let found = 0
  const milliseconds = spent(() => {
    for (let i = 0; i < 100_000; i++) {
      each.low = i & 63
      if (matchesFacts(key, each)) found++
    }
  })
  assert.equal(found, 25_000)
  assert.ok(milliseconds < 200, `${milliseconds} ms`)
})

/** CPU time, which other programs on the machine do not lengthen. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
