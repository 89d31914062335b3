import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isShowable } from '#base/showable'
import { decodeMailboxName, decodeMailboxPattern, encodeMailboxName, longestMailboxName } from './mailbox-name.ts'

const good: readonly (readonly [encoded: string, name: string])[] = [
  ['INBOX', 'INBOX'],
  ['Sent Items', 'Sent Items'],
  ['a&-b', 'a&b'],
  ['&-', '&'],
  ['&-&-', '&&'],
  ['Entw&APw-rfe', 'Entwürfe'],
  ['~peter/mail/&U,BTFw-/&ZeVnLIqe-', '~peter/mail/台北/日本語'],
  ['&AOkA6Q-', 'éé'],
  ['&AOk-&-&AOk-', 'é&é'],
  ['&2D3cWA-', '👘'],
  ['&Jjo-!', '☺!'],
]

for (const [encoded, name] of good)
  test(`${encoded} is ${name}, both ways`, () => {
    assert.equal(decodeMailboxName(encoded), name)
    assert.equal(encodeMailboxName(name), encoded)
  })

for (const [encoded, why] of [
  ['&AGE-', 'shifted ASCII'],
  ['&ACY-', 'a shifted ampersand'],
  ['a&AGEA6Q-', 'ASCII inside a shift'],
  ['&Jjo', 'a shift without end'],
  ['&Jjo!', 'a shift ended by something else'],
  ['&', 'a shift that never begins'],
  ['&2D0-', 'half of a surrogate pair'],
  ['&3FjYPQ-', 'a surrogate pair the wrong way round'],
  ['&AAA-', 'NUL'],
  ['&AAo-', 'a line feed'],
  ['&AH8-', 'DEL'],
  ['&AJs-', 'a C1 control'],
  ['&IC4-x', 'a right-to-left override'],
  ['&IGc-x', 'a direction isolate'],
  ['&IAs-x', 'a zero-width space'],
  ['&IA8-x', 'a direction mark'],
  ['&,v8-', 'a byte order mark'],
  ['a&AK0-b', 'a soft hyphen'],
  ['&,,w-', 'an object replacement'],
  ['&AOl-', 'spare bits that are not zero'],
  ['&AOkA-', 'half a character'],
  ['&A-', 'a single base64 character'],
  ['&AOk=-', 'padding'],
  ['&AOk/-', 'base64 of elsewhere'],
  ['&AOk-&AOk-', 'two shifts for one'],
  ['\u00e9', 'Latin-1'],
  ['\u00c3\u00a9', 'raw UTF-8'],
  ['&AOk-\u00c3\u00a9', 'both in one name'],
  ['a\tb', 'a tab'],
  ['a\r\nb', 'a line end'],
  ['', 'nothing'],
  ['x'.repeat(longestMailboxName + 1), 'too much'],
] as const)
  test(`IM-15 ${why} is no mailbox name`, () => assert.equal(decodeMailboxName(encoded), undefined))

test('IM-15 one mailbox has one name: whatever is accepted is written back as it came, or in NFC', () => {
  const character = fc.constantFrom(...'&-&-AOkJjo2D0,+/=éabI ')
  fc.assert(
    fc.property(
      fc.array(character).map(all => all.join('')),
      encoded => {
        const name = decodeMailboxName(encoded)
        if (name === undefined) return
        const again = encodeMailboxName(name)
        assert.equal(decodeMailboxName(again), name)
        if (!/[^\x20-\x7e]/.test(name.normalize('NFD'))) assert.equal(again, encoded)
      },
    ),
    { numRuns: 5_000 },
  )
})

test('every name that can be shown survives the way to the client and back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), text => {
      const name = text.normalize('NFC')
      if (!isShowable(name) || /^inbox(\/|$)/i.test(name)) return
      assert.equal(decodeMailboxName(encodeMailboxName(name)), name)
      assert.match(encodeMailboxName(name), /^[\x20-\x7e]+$/)
    }),
    { numRuns: 2_000 },
  )
})

test('IM-16 INBOX is INBOX in every ASCII case, and so is what lies below it', () => {
  for (const written of ['INBOX', 'inbox', 'InBoX']) assert.equal(decodeMailboxName(written), 'INBOX')
  assert.equal(decodeMailboxName('inbox/Later'), 'INBOX/Later')
  assert.equal(decodeMailboxName('Old/inbox'), 'Old/inbox')
  assert.equal(decodeMailboxName('inboxes'), 'inboxes')
  // İNBOX and ınbox: letters of Turkish that other case rules would fold.
  assert.equal(decodeMailboxName('&ATA-NBOX'), '\u0130NBOX')
  assert.equal(decodeMailboxName('&ATE-nbox'), '\u0131nbox')
})

test('IM-16 spellings that are equal in NFC are one mailbox', () => {
  assert.equal(decodeMailboxName('Caf&AOk-'), 'Caf\u00e9')
  assert.equal(decodeMailboxName('Cafe&AwE-'), 'Caf\u00e9')
  // KELVIN SIGN is a K in NFC.
  assert.equal(decodeMailboxName('&ISo-'), 'K')
})

test('patterns may be empty and keep their wildcards', () => {
  assert.equal(decodeMailboxPattern(''), '')
  assert.equal(decodeMailboxPattern('Entw&APw-%/*'), 'Entwü%/*')
  assert.equal(decodeMailboxPattern('&ACo-'), undefined)
})
