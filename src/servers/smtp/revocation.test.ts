import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountId } from '#mail/store'
import { openDoor } from '../../../test/kit/smtp-door.ts'
import { openWire, type Wire } from '../../../test/kit/wire.ts'

const ann = accountId(1)
const plain = Buffer.from('\0ann\0secret').toString('base64')

async function loggedIn(port: number): Promise<Wire> {
  const wire = await openWire({ port, tls: {} })
  await wire.reply()
  await wire.send('EHLO client.example\r\n')
  await wire.reply()
  await wire.send(`AUTH PLAIN ${plain}\r\n`)
  assert.match((await wire.reply()) ?? '', /^235 /)
  return wire
}

const open = (t: Parameters<typeof openDoor>[0]) => openDoor(t, { door: 'submission', tls: true })

test('AU-09 a revoked login ends the sessions of the user, a letter in hand included', async t => {
  const { port, revocations, letters, door } = await open(t)
  const [quiet, sending] = [await loggedIn(port), await loggedIn(port)]
  await sending.send('MAIL FROM:<ann@corp.example>\r\nRCPT TO:<bob@corp.example>\r\nDATA\r\n')
  for (const code of ['250', '250', '354']) assert.ok((await sending.reply())?.startsWith(code))
  await sending.send('Subject: half a letter\r\n')
  revocations.revoke(ann, 2)
  assert.match((await quiet.reply()) ?? '', /^421 /)
  assert.equal(await quiet.reply(), undefined)
  assert.equal(await sending.rest(), '')
  for (const wire of [quiet, sending]) wire.destroy()
  assert.deepEqual(letters, [])
  await door.close(1_000)
})

test('AU-09 newer credentials and other accounts stay; older ones do not come in again', async t => {
  const { port, revocations } = await open(t)
  const wire = await loggedIn(port)
  revocations.revoke(accountId(2), 9)
  revocations.revoke(ann, 1)
  await wire.send('NOOP\r\n')
  assert.match((await wire.reply()) ?? '', /^250 /)
  wire.destroy()
  revocations.revoke(ann, 2)
  const late = await openWire({ port, tls: {} })
  await late.reply()
  await late.send('EHLO client.example\r\n')
  await late.reply()
  await late.send(`AUTH PLAIN ${plain}\r\n`)
  assert.match((await late.reply()) ?? '', /^535 /)
  late.destroy()
})
