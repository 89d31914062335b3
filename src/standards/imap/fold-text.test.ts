import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldedSlices, foldText } from './fold-text.ts'
import { SoughtTexts } from './sought-texts.ts'

const searched = (text: string, sought: SoughtTexts): SoughtTexts => {
  for (const slice of foldedSlices([text])) sought.lookOn(slice)
  sought.endText()
  return sought
}

/** Pieces that change when they are folded, some of them only beside each other. */
const piece = fc.constantFrom(
  ...[
    'a',
    'e\u0301',
    '\u0301',
    '\u0323\u0307',
    'ß',
    'ﬃ',
    ' ',
    '\r\n',
    '日',
    'か\u3099',
    'ｶ\uff9e',
    '\u1100\u1161\u11a8',
  ],
  ...['가', '\u{1d400}', '\u{1f600}', '\ufdfa', 'ά', 'й', '1\u20e3', 'ŉ'],
)

test('slices folded one by one are the whole text folded', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), fc.nat(30), (pieces, shift) => {
      const text = 'x'.repeat(shift) + pieces.join('').repeat(Math.ceil(40_000 / pieces.join('').length))
      // What has no place to cut is cut anywhere.
      fc.pre(/[\0-\u02ff\u4e00-\u9fff\uac00-\ud7a3]/.test(pieces.join('')))
      const slices = [...foldedSlices([text])]
      assert.ok(slices.length > 1)
      assert.equal(slices.join(''), foldText(text))
    }),
    { numRuns: 200 },
  )
})

test('a text is found across the edges of slices, and not across those of texts', () => {
  for (let at = 16_300; at < 16_420; at++) {
    const text = `${'ä'.repeat(at)}Große Straße${'ö'.repeat(20_000)}`
    assert.ok(searched(text, new SoughtTexts(['GROSSE STRASSE', 'ß'])).found('GROSSE STRASSE'), `at ${at}`)
  }
  const sought = new SoughtTexts(['AB', 'A'])
  searched('xa', sought)
  searched('bx', sought)
  assert.ok(sought.found('A'))
  assert.ok(!sought.found('AB'))
  assert.ok(!sought.isOver)
})

test('P4 what grows most when it is folded comes in slices of some milliseconds', () => {
  let longest = 0
  for (const slice of foldedSlices(['\ufdfa'.repeat(300_000)])) longest = Math.max(longest, slice.length)
  assert.ok(longest < 300_000, `${longest} characters`)
})
