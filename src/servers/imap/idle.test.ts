import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImapDialogue } from '../../../test/kit/imap-dialogue.ts'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const letter = Buffer.from('Subject: x\r\n\r\ny\r\n')

async function idle(client: ImapDialogue): Promise<void> {
  client.send('idle IDLE\r\n')
  assert.equal(await client.next(), '+ idling')
}

/** What is said until the IDLE ends. */
async function done(client: ImapDialogue): Promise<readonly string[]> {
  client.send('DONE\r\n')
  const said: string[] = []
  for (let line = await client.next(); line !== undefined; line = await client.next()) {
    if (line.startsWith('idle ')) return said
    said.push(line)
  }
  throw new Error('the connection ended')
}

const counts = (said: readonly string[]): number[] =>
  said.flatMap(line => /^\* (\d+) EXISTS/.exec(line)?.[1] ?? []).map(Number)

test('IM-12 many that idle on one mailbox hear of every arrival, in few words', async () => {
  const door = await openTestDoor()
  const idlers = await Promise.all(Array.from({ length: 40 }, () => door.login('INBOX')))
  for (const client of idlers) await idle(client)
  const senders = await Promise.all(Array.from({ length: 6 }, () => door.login()))
  const tenLetters = Array.from({ length: 10 }, () => [' ', letter]).flat()
  await Promise.all(senders.map(client => client.withLiterals('APPEND INBOX', ...tenLetters)))
  for (const client of idlers) {
    const heard: number[] = []
    // While it idles: what DONE brings would be too late.
    while (heard.at(-1) !== 60) heard.push(...counts([(await client.next()) ?? assert.fail('the connection ended')]))
    assert.ok(heard.length <= senders.length, 'ten that came together are told together')
    assert.deepEqual(counts(await done(client)), [], 'nothing is said twice')
    assert.deepEqual((await client.command('NOOP')).untagged, [])
  }
  assert.deepEqual(door.log, [])
})

test('IM-12 many flags that change at once are told to many, piece by piece, and hold nobody up', async () => {
  const door = await openTestDoor()
  const [busy, other] = [await door.login(), await door.login()]
  const letters = Array.from({ length: 500 }, () => [' ', letter]).flat()
  for (let i = 0; i < 5; i++) await busy.withLiterals('APPEND INBOX', ...letters)
  await busy.command('SELECT INBOX')
  const idlers = await Promise.all(Array.from({ length: 20 }, () => door.login('INBOX')))
  for (const client of idlers) await idle(client)
  await busy.command('STORE 1:* +FLAGS.SILENT (\\Flagged)')
  assert.equal((await other.command('NOOP')).status, 'OK')
  for (const [i, client] of idlers.entries()) {
    const told: string[] = []
    if (i % 2 === 0) while (told.length < 2_500) told.push((await client.next()) ?? assert.fail('the connection ended'))
    told.push(...(await done(client)))
    assert.equal(told.length, 2_500)
    assert.equal(new Set(told).size, 2_500)
    assert.ok(told.every(line => line.includes('\\Flagged')))
  }
})

test('changes of one moment are told together', async () => {
  const door = await openTestDoor()
  const [waiting, busy] = [await door.login('INBOX'), await door.login('INBOX')]
  await busy.withLiterals('APPEND INBOX ', letter, ' ', letter, ' ', letter)
  await waiting.command('NOOP')
  await idle(waiting)
  await busy.command('STORE 1:3 +FLAGS.SILENT (\\Deleted)')
  await busy.command('EXPUNGE')
  const said = await done(waiting)
  assert.deepEqual(
    said.filter(line => line.includes('EXPUNGE')),
    ['* 3 EXPUNGE', '* 2 EXPUNGE', '* 1 EXPUNGE'],
  )
})

test('IM-12 an idling client that does not read is told what counts when it reads again', async () => {
  const door = await openTestDoor()
  const deaf = await door.login('INBOX')
  const busy = await door.login('INBOX')
  const keywords = Array.from({ length: 40 }, (_, i) => `${'k'.repeat(80)}${i}`).join(' ')
  for (let i = 0; i < 100; i++) await busy.withLiterals('APPEND INBOX ', letter)
  await deaf.command('NOOP')
  await idle(deaf)
  deaf.socket.pause()
  const before = process.memoryUsage().rss
  for (let i = 0; i < 150; i++) await busy.command(`STORE 1:* ${i % 2 ? '-' : '+'}FLAGS.SILENT (${keywords})`)
  assert.ok(process.memoryUsage().rss - before < 120_000_000)
  await busy.withLiterals('APPEND INBOX ', letter)
  deaf.socket.resume()
  const said = await done(deaf)
  assert.equal(counts(said).at(-1), 101)
  assert.deepEqual((await deaf.command('FETCH 100 (UID FLAGS)')).untagged, ['* 100 FETCH (UID 100 FLAGS ())'])
})

test('a line that is too long ends IDLE and the connection', async () => {
  const client = await (await openTestDoor()).login('INBOX')
  client.socket.on('error', () => {})
  await idle(client)
  client.send('x'.repeat(100_000))
  const said = await client.rest()
  assert.match(said[0] ?? '', /^\* BAD/)
  assert.match(said[1] ?? '', /^\* BYE/)
})

test('APPEND in the session that has the mailbox selected, and SELECT while news wait', async () => {
  const door = await openTestDoor()
  const [one, two] = [await door.login('INBOX'), await door.login()]
  await two.withLiterals('APPEND INBOX ', letter)
  const again = await one.command('SELECT INBOX')
  assert.ok(again.untagged.includes('* 1 EXISTS'))
  assert.deepEqual(
    again.untagged.filter(line => line.includes('EXISTS')),
    ['* 1 EXISTS'],
  )
})
