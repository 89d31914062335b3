import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mailbox } from '#mail/store'
import { DeafConnection } from '../../../test/kit/deaf-connection.ts'
import { dialogueOf, settled, storeOf, turn } from '../../../test/kit/deaf-dialogue.ts'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const mostUnread = 262_144

for (const [what, words, answer] of [
  ['commands', 'n NOOP\r\n', /^n OK NOOP/gm],
  ['IDLE, again and again', 'i IDLE\r\nDONE\r\n', /^i OK IDLE/gm],
  ['literals that wait', 'n ID ("a" {1}\r\nx)\r\n', /^n OK ID/gm],
  ['commands without sense, and one with', `${'n what\r\n'.repeat(90)}n NOOP\r\n`, /^n BAD/gm],
] as const)
  test(`IM-10 ${what}: nothing is answered to a client that does not read`, async () => {
    const peer = new DeafConnection()
    const dialogue = await dialogueOf(peer)
    const before = peer.said.length
    const rounds = Math.ceil(600_000 / words.length)
    for (let i = 0; i < rounds && !peer.paused; i++) dialogue.hear(Buffer.from(words))
    await settled(peer)
    assert.ok(peer.paused, 'the client is held back')
    assert.ok(peer.said.length - before < mostUnread, `${peer.said.length - before} bytes`)
    for (let i = 0; i < 500 && peer.paused; i++) {
      peer.read()
      await turn()
    }
    assert.ok(!peer.paused && !peer.ended, 'and heard when it reads again')
    assert.ok((peer.said.match(answer)?.length ?? 0) > 1_000)
  })

test('IM-10 contents are not read further than the client reads', async () => {
  const { store, contents, account, login } = await openTestDoor()
  const client = await login()
  const large = Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(1_000)}`)
  for (let i = 0; i < 10; i++) await client.withLiterals('APPEND INBOX ', large)
  const peer = new DeafConnection()
  const dialogue = await dialogueOf(peer, { store, contents }, account)
  const began = peer.said.length
  dialogue.hear(Buffer.from(`s SELECT INBOX\r\n${'f FETCH 1:* BODY.PEEK[]\r\n'.repeat(3)}`))
  const whole = 30 * large.length
  for (let heard = 0; heard < whole; heard = peer.said.length - began) {
    const before = peer.said.length
    while (peer.said.length === before) await turn()
    for (let i = 0; i < 50; i++) await turn()
    assert.ok(peer.unread < mostUnread, `${peer.unread} bytes wait`)
    peer.read()
  }
  dialogue.closed()
})

test('IM-06 LIST over many deep names gives others their turn, also where nothing matches', async () => {
  const peer = new DeafConnection()
  const names = Array.from({ length: 4_000 }, (_, i) => `${`${'a'.repeat(19)}/`.repeat(49)}${i}`)
  const mailboxes = names.map(name => ({ name }) as Mailbox)
  const store = storeOf({ listMailboxes: async () => mailboxes, listSubscriptions: async () => names })
  const dialogue = await dialogueOf(peer, { store })
  const pattern = `*${'%a'.repeat(18)}%b`
  for (const command of [
    `LIST "" ${pattern}`,
    `LSUB "" ${pattern}`,
    `LIST (SUBSCRIBED RECURSIVEMATCH) "" ${pattern}`,
  ]) {
    const before = peer.said.length
    dialogue.hear(Buffer.from(`c ${command}\r\n`))
    let turns = 0
    for (; peer.said.length === before; turns++) await turn()
    assert.match(peer.said.slice(before), /^c OK /)
    assert.ok(turns >= 5, `${command}: ${turns}`)
  }
})
