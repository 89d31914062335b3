import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from './ledger.ts'
import { makeLetter, recognise, stuffed } from './letters.ts'
import { parseFetched } from './read-mailbox.ts'

const traced = (number: number) =>
  Buffer.concat([Buffer.from('Return-Path: <>\r\nReceived: by x\r\n\tfor y\r\n'), makeLetter(number)])

/** What the ledger says about a mailbox in which letter 1 was acknowledged and letter 2 only tried. */
function judge(messages: readonly (readonly [number, Buffer])[]): string {
  const ledger = new Ledger()
  ledger.try('box', 1)
  ledger.acknowledge('box', 1)
  ledger.try('box', 2)
  ledger.enter(
    'box',
    messages.map(([uid, content]) => ({ uid, content })),
  )
  return [...ledger.problems, ...ledger.missing('box').map(letter => `lost ${letter}`)].join('; ')
}

test('ledger: what may be', () => {
  assert.equal(judge([[1, traced(1)]]), '')
  assert.equal(
    judge([
      [1, traced(1)],
      [2, makeLetter(2)],
    ]),
    '',
  )
})

test('ledger: lost, twice, invented, changed and merged letters are found', () => {
  const half = traced(1)
  assert.equal(judge([[1, traced(2)]]), 'lost 1')
  assert.match(
    judge([
      [1, traced(1)],
      [2, traced(1)],
    ]),
    /twice/,
  )
  assert.match(
    judge([
      [1, traced(1)],
      [2, traced(3)],
    ]),
    /never sent/,
  )
  assert.match(judge([[1, half.subarray(0, half.length - 2)]]), /changed/)
  assert.match(judge([[1, Buffer.concat([makeLetter(2), makeLetter(1)])]]), /2 letters in one/)
  assert.match(judge([[1, Buffer.concat([Buffer.from('no header\r\n'), makeLetter(1)])]]), /foreign bytes/)
})

test('ledger: a UID that changes its letter and a letter that goes away are found', () => {
  const ledger = new Ledger()
  for (const letter of [1, 2]) ledger.try('box', letter)
  ledger.enter('box', [{ uid: 1, content: makeLetter(1) }])
  ledger.compare('box', [{ uid: 1, content: makeLetter(2) }])
  ledger.compare('box', [])
  assert.match(ledger.problems.join('; '), /was letter 1, is letter 2.*is gone/)
})

test('ledger: numbers that are taken back are found', () => {
  const numbers = { uidValidity: 7, uidNext: 3 }
  const told = (...more: readonly Partial<typeof numbers>[]): string => {
    const ledger = new Ledger()
    for (const letter of [1, 2]) ledger.try('box', letter)
    ledger.enter(
      'box',
      [1, 2].map(uid => ({ uid, content: makeLetter(uid) })),
    )
    for (const each of [{}, ...more]) ledger.enterNumbers('box', { ...numbers, ...each })
    return ledger.problems.join('; ')
  }
  assert.equal(told({ uidNext: 4 }), '')
  assert.match(told({ uidValidity: 8 }), /UIDVALIDITY was 7 and is 8/)
  assert.match(told({ uidNext: 5 }, { uidNext: 4 }), /UIDNEXT was 5 and is 4/)
  assert.match(told({ uidNext: 2 }), /has shown UID 2/)
})

test('letters: dots are doubled for SMTP, and the marker tells the number', () => {
  const letter = Buffer.from('a\r\n.b\r\n..\r\n')
  assert.equal(stuffed(letter).toString(), 'a\r\n..b\r\n...\r\n.\r\n')
  assert.deepEqual(recognise(makeLetter(77)), { number: 77 })
})

test('a FETCH answer is read by its literals, wherever the UID stands', () => {
  const answer = Buffer.from(
    '* 1 FETCH (UID 5 BODY[] {4}\r\n)\r\n)\r\n* 2 FETCH (BODY[] {2}\r\nxy UID 7)\r\nt1 OK done\r\n',
  )
  const read = parseFetched(answer).map(({ uid, content }) => [uid, content.toString()])
  assert.deepEqual(read, [
    [5, ')\r\n)'],
    [7, 'xy'],
  ])
})
