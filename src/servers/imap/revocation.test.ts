import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDoor } from '../../../test/kit/imap-door.ts'

const letter = Buffer.from(`Subject: x\r\n\r\n${`${'y'.repeat(76)}\r\n`.repeat(8_000)}`)

test('AU-09 a revoked login ends every session of the user, at once', async () => {
  const door = await openTestDoor()
  const [quiet, selecting, idling] = [await door.login(), await door.login('INBOX'), await door.login('INBOX')]
  const stranger = await door.connect()
  idling.send('i IDLE\r\n')
  assert.equal(await idling.next(), '+ idling')
  const began = performance.now()
  door.revocations.revoke(door.account, 2)
  for (const client of [quiet, selecting, idling]) {
    assert.match((await client.next()) ?? '', /^\* BYE/)
    assert.equal(await client.next(), undefined)
  }
  assert.ok(performance.now() - began < 1_000)
  assert.equal((await stranger.command('NOOP')).status, 'OK')
  const refused = await stranger.command('LOGIN anna secret')
  assert.match(refused.text, /^\[AUTHENTICATIONFAILED\]/)
})

test('AU-09 other users, and logins with the newer password, stay', async () => {
  const door = await openTestDoor()
  const client = await door.login('INBOX')
  door.revocations.revoke(door.account, 1)
  assert.equal((await client.command('NOOP')).status, 'OK')
})

test('AU-09 a login that was under way when it was revoked is refused', async () => {
  const door = await openTestDoor()
  const client = await door.connect()
  const login = client.command('LOGIN slow secret')
  await door.slowLogin.began
  door.revocations.revoke(door.account, 2)
  door.slowLogin.end()
  assert.match((await login).text, /^\[AUTHENTICATIONFAILED\]/)
  assert.equal((await client.command('SELECT INBOX')).status, 'BAD')
})

test('AU-09 who uploads or does not read is cut off within seconds', async () => {
  const door = await openTestDoor()
  const [uploading, deaf] = [await door.login(), await door.login()]
  for (let i = 0; i < 20; i++) await uploading.withLiterals('APPEND INBOX ', letter)
  await deaf.command('SELECT INBOX')
  deaf.socket.pause()
  deaf.send('f FETCH 1:* BODY.PEEK[]\r\n'.repeat(20))
  uploading.send('u APPEND INBOX {1000}\r\n')
  assert.match((await uploading.next()) ?? '', /^\+/)
  uploading.send('half of it')
  const began = performance.now()
  door.revocations.revoke(door.account, 2)
  assert.match((await uploading.next()) ?? '', /^\* BYE/)
  while (door.server.sessions > 0 && performance.now() - began < 5_000) await new Promise(r => setTimeout(r, 50))
  assert.equal(door.server.sessions, 0)
})
