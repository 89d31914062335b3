import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '#base/result'
import { makeView, modseq, StoreClosed } from '#mail/store'
import { DeafConnection } from '../../../test/kit/deaf-connection.ts'
import { dialogueOf, openDialogue, settled, storeOf } from '../../../test/kit/deaf-dialogue.ts'

test('a hundred commands without sense on end end the connection', async () => {
  const peer = new DeafConnection()
  const dialogue = await dialogueOf(peer)
  dialogue.hear(Buffer.from(`${'n what\r\n'.repeat(99)}n NOOP\r\n${'n what\r\n'.repeat(99)}`))
  await settled(peer)
  assert.ok(!peer.ended)
  dialogue.hear(Buffer.from('n what\r\nn NOOP\r\n'))
  await settled(peer)
  assert.ok(peer.ended)
  assert.match(peer.said, /n BAD [^\r]*\r\n\* BYE [^\r]*\r\n$/)
})

test('a store that closes is not an empty one: BYE', async () => {
  const closed = async (): Promise<never> => {
    throw new StoreClosed()
  }
  for (const command of ['LIST "" *', 'LSUB "" *', 'SELECT INBOX', 'STATUS INBOX (MESSAGES)']) {
    const peer = new DeafConnection()
    const store = storeOf({ findMailbox: closed, listMailboxes: closed, listSubscriptions: closed })
    const dialogue = await dialogueOf(peer, { store })
    const before = peer.said.length
    dialogue.hear(Buffer.from(`c ${command}\r\n`))
    await settled(peer)
    assert.match(peer.said.slice(before), /^\* BYE [^\r]*\r\n$/, command)
    assert.ok(peer.ended)
  }
})

test('a mailbox that opens when its client has gone is closed again', async () => {
  const peer = new DeafConnection()
  const opening = Promise.withResolvers<void>()
  let closed = 0
  const openMailbox = async () => {
    await opening.promise
    const view = makeView(modseq(1), [], 0)
    return ok({ view, uidNext: 1, claimRecent: () => 1, watch: () => () => {}, close: () => void closed++ })
  }
  const store = storeOf({ findMailbox: async () => ({ id: 1, name: 'INBOX' }), openMailbox } as object)
  const dialogue = await dialogueOf(peer, { store, log: () => {} })
  dialogue.hear(Buffer.from('s SELECT INBOX\r\n'))
  await settled(peer)
  dialogue.closed()
  opening.resolve()
  await settled(peer)
  assert.equal(closed, 1)
})

test('APPEND that ends by a bug is refused, its message passed over, and the next command heard', async () => {
  const peer = new DeafConnection()
  const findMailbox = async (): Promise<never> => {
    throw new Error('a bug')
  }
  const dialogue = await dialogueOf(peer, { store: storeOf({ findMailbox }), log: () => {} })
  const before = peer.said.length
  dialogue.hear(Buffer.from('a APPEND INBOX {3+}\r\nabc\r\nn NOOP\r\n'))
  await settled(peer)
  assert.match(peer.said.slice(before), /^a NO \[SERVERBUG\] [^\r]*\r\nn OK /)
})

test('what is to be said during the handshake of STARTTLS is said behind it', async () => {
  const peer = new DeafConnection()
  const dialogue = openDialogue(peer)
  dialogue.hear(Buffer.from('s STARTTLS\r\n'))
  await settled(peer)
  dialogue.hangUp('The server is stopping')
  assert.match(peer.said, /s OK [^\r]*\r\n$/)
  peer.shakeHands()
  dialogue.secured()
  assert.match(peer.said, /\* BYE The server is stopping\r\n$/)
  assert.ok(peer.ended)
})
