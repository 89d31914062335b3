import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContentDraft, ContentStore } from '#mail/store'
import type { ImapDialogue } from '../../../test/kit/imap-dialogue.ts'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const letter = Buffer.from('Subject: one\r\n\r\nHello\r\n')

const messages = async (client: ImapDialogue): Promise<string> =>
  (await client.command('STATUS INBOX (MESSAGES)')).untagged.join()

/** So many messages in one APPEND, sent without waiting. */
const inOne = (letters: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([
    Buffer.from('m APPEND INBOX'),
    ...letters.flatMap(each => [Buffer.from(` {${each.length}+}\r\n`), each]),
    Buffer.from('\r\n'),
  ])

test('too many messages in one APPEND are refused, passed over, and none is kept', async () => {
  const client = await (await openTestDoor()).login()
  client.send(inOne(Array.from({ length: 1_003 }, () => letter)))
  assert.match((await client.next()) ?? '', /^m NO \[LIMIT\]/)
  assert.equal(await messages(client), '* STATUS INBOX (MESSAGES 0)')
  client.send(inOne(Array.from({ length: 1_000 }, () => letter)))
  assert.match((await client.next()) ?? '', /^m OK \[APPENDUID \d+ 1:1000\]/)
})

test('messages that are too large together are refused, and who waits is not told to go on', async () => {
  const client = await (await openTestDoor({ maxAppendBytes: 1_000 })).login()
  const large = Buffer.alloc(600, 'x')
  const waiting = await client.withLiterals('APPEND INBOX ', large, ' ', large)
  assert.match(waiting.text, /^\[TOOBIG\]/)
  assert.equal(await messages(client), '* STATUS INBOX (MESSAGES 0)')
  client.send(inOne([large, large, letter]))
  assert.match((await client.next()) ?? '', /^m NO \[TOOBIG\]/)
  assert.equal(await messages(client), '* STATUS INBOX (MESSAGES 0)')
})

test('however many messages come in one APPEND, few drafts are open', async () => {
  const open = new Set<ContentDraft>()
  let most = 0
  const counted = (contents: ContentStore): ContentStore => ({
    begin(limits) {
      const draft = contents.begin(limits)
      const { discard } = draft
      draft.discard = () => {
        open.delete(draft)
        discard.call(draft)
      }
      open.add(draft)
      most = Math.max(most, open.size)
      return draft
    },
    keep(draft, prefix) {
      open.delete(draft)
      return contents.keep(draft, prefix)
    },
    read: content => contents.read(content),
    readMany: all => contents.readMany(all),
    readPieces: content => contents.readPieces(content),
    readRange: (content, from, to) => contents.readRange(content, from, to),
  })
  const client = await (await openTestDoor({}, counted)).login('INBOX')
  const letters = Array.from({ length: 30 }, (_, i) => Buffer.from(`Subject: ${i}\r\n\r\n${'y'.repeat(300_000)}\r\n`))
  client.send(inOne(letters))
  for (const told of ['* 30 EXISTS', '* 30 RECENT']) assert.equal(await client.next(), told)
  assert.match((await client.next()) ?? '', /^m OK \[APPENDUID \d+ 1:30\]/)
  assert.ok(most > 1 && most <= 16, `${most} drafts`)
  assert.equal(open.size, 0)
  const last = await client.command('FETCH 30 BODY.PEEK[HEADER]')
  assert.match(last.untagged[0] ?? '', /Subject: 29\r\n/)
})

test('RFC 3501 §9: a message with NUL is refused, and all that came with it', async () => {
  const client = await (await openTestDoor()).login()
  const refused = await client.withLiterals('APPEND INBOX ', Buffer.from('Subject: a\r\n\r\nx\0y\r\n'), ' ', letter)
  assert.match(`${refused.status} ${refused.text}`, /^NO \[CANNOT\] A message contains NUL/)
  assert.equal(await messages(client), '* STATUS INBOX (MESSAGES 0)')
})

for (const [what, words] of [
  ['a bare LF behind the message', 'a APPEND INBOX {3+}\r\nabc\n'],
  ['a message without measure behind the message', 'a APPEND INBOX {3+}\r\nabc {99999999999+}\r\n'],
  ['a line without end behind the message', `a APPEND INBOX {3+}\r\nabc (${'x'.repeat(70_000)}`],
  ['a bare LF behind a message that is refused', 'a APPEND nowhere {3+}\r\nabc\n'],
] as const)
  test(`IM-07 ${what} ends the connection, and is not left unanswered`, async () => {
    const client = await (await openTestDoor()).login()
    client.socket.on('error', () => {})
    client.send(words)
    const said = await client.rest()
    assert.match(said[0] ?? '', /^a (BAD|NO)/)
    assert.match(said.at(-1) ?? '', /^\* BYE/)
  })
