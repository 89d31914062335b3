import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1, utf8 } from '#base/bytes'
import { foldText } from '#standards/imap'
import { usualMessageLimits } from '#standards/message'
import { indexMessage, soughtTerms, termIsIn, usualIndexLimits, wordsOf } from './index.ts'

const holds = (words: ReadonlySet<string>, sought: string): boolean =>
  soughtTerms(sought).every(term => [...words].some(word => termIsIn(term, word)))

const character = fc.oneof(
  fc.constantFrom(
    'a',
    'B',
    'ß',
    'é',
    'e\u0301',
    ' ',
    '.',
    '-',
    '7',
    '漢',
    '字',
    'か',
    '😀',
    '𠀀',
    'ไ',
    '한',
    'ﬁ',
    '①',
    '\u0301',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const longWord = fc
  .integer({ min: 60, max: 200 })
  .map(length => Array.from({ length }, (_, i) => ((i * 7919) % 31).toString(36)).join(''))
const anyText = fc
  .array(fc.oneof({ weight: 12, arbitrary: character }, longWord), { maxLength: 40 })
  .map(all => all.join(''))

test('a text that is found in another has all its terms among the words of that', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), fc.nat(), (text, a, b) => {
      const folded = foldText(text)
      const from = folded.length === 0 ? 0 : a % folded.length
      const sought = folded.slice(from, from + 1 + (b % 60))
      // A client cannot send half a character.
      fc.pre(sought.isWellFormed())
      const words = new Set<string>()
      assert.ok(wordsOf(folded, words, 100_000))
      assert.ok(holds(words, sought), JSON.stringify([folded, sought]))
    }),
    { numRuns: 5_000 },
  )
})

test('terms say where a word begins and ends', () => {
  const shown = (text: string): readonly string[] =>
    soughtTerms(text).map(({ text, begins, ends }) => `${begins ? '' : '*'}${text}${ends ? '' : '*'}`)
  assert.deepEqual(shown('UDG'), ['*UDG*'])
  assert.deepEqual(shown('ET PLAN FO'), ['*ET', 'PLAN', 'FO*'])
  assert.deepEqual(shown(' X '), ['X'])
  assert.deepEqual(shown('漢字仮'), ['漢字', '字仮'])
  assert.deepEqual(shown('字'), ['*字*'])
  assert.deepEqual(shown('A字'), ['*A', '字*'])
  assert.deepEqual(shown('...'), [])
})

const letter = (body: string): Uint8Array =>
  utf8(
    [
      'From: =?utf-8?Q?J=C3=B6rg?= <j@example.org>',
      'Subject: =?utf-8?B?5Lya6K2w44Gu5pel56iL?=',
      'X-Trace: abc123',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      body,
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Subject: enclosed',
      '',
      'inner text',
      '--b',
      'Content-Type: application/pdf',
      '',
      'notext',
      '--b--',
      '',
    ].join('\r\n'),
  )

test('words of the header and of the body, decoded, with the marks of HTML', () => {
  const { zones, whole } = indexMessage(
    letter('<p class=3D"gap">Stra=C3=9Fe</p>'),
    usualMessageLimits,
    usualIndexLimits,
  )
  assert.ok(whole)
  assert.deepEqual([...zones.subject], ['会議', '議の', 'の日', '日程'])
  assert.deepEqual([...zones.people], ['JÖRG', 'J', 'EXAMPLE', 'ORG'])
  assert.ok(holds(zones.header, foldText('X-Trace: abc1')))
  for (const there of ['strasse', 'class="gap"', 'Subject: enclosed', 'inner text'])
    assert.ok(holds(zones.body, foldText(there)), there)
  for (const notThere of ['notext', 'abc123']) assert.ok(!holds(zones.body, foldText(notThere)), notThere)
})

test('P4 what is beyond a limit is told, not left out in silence', () => {
  const bytes = letter('word '.repeat(50))
  assert.equal(indexMessage(bytes, usualMessageLimits, { text: 300, words: 1_000 }).whole, false)
  assert.equal(indexMessage(bytes, usualMessageLimits, { text: 10_000, words: 5 }).whole, false)
  const large = latin1(`Subject: x\r\n\r\n${'ab '.repeat(400_000)}`)
  assert.equal(indexMessage(large, usualMessageLimits, usualIndexLimits).whole, false)
})
