import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ImapClient } from '../kit/imap-client.ts'
import { hauspost, type Told } from '../kit/run-program.ts'
import { findPortOffset, startServer } from '../kit/server.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-undelete-'))
after(() => rmSync(home, { recursive: true, force: true }))
const data = join(home, 'post')
const host = '127.0.0.1'
const letter = (subject: string): Buffer =>
  Buffer.from(`From: Ben <ben@u.test>\r\nSubject: ${subject}\r\n\r\nthe body of ${subject}\r\n`)

const tell = (...words: readonly string[]): Promise<Told> => hauspost(...words, '--data', data)
async function done(...words: readonly string[]): Promise<string> {
  const told = await tell(...words)
  assert.equal(told.code, 0, `${words.join(' ')}: ${told.complaints}`)
  return told.out
}

test('P9 what was deleted by accident comes back: messages, a mailbox, a user', { timeout: 120_000 }, async t => {
  await done('udm', 'mail/domain', 'create', '--set', 'name=u.test')
  await done(
    ...['udm', 'users/user', 'create', '--set', 'username=ann', '--set', 'password=one-password'],
    ...['--set', 'mailPrimaryAddress=ann@u.test'],
  )
  await done('ucr', 'set', 'mail/cyrus/mailbox/delete=yes')
  const server = await startServer({ data, portOffset: await findPortOffset() })
  t.after(() => server.kill())
  const login = async (): Promise<ImapClient> => {
    const client = await ImapClient.login(host, server.port(143), 'ann', 'one-password')
    t.after(() => client.destroy())
    return client
  }
  let client = await login()
  const ask = async (command: string): Promise<string> => String(await client.ask(command))

  assert.match(await done('undelete', 'list', 'ann'), /^Nothing was deleted\.$/m)
  for (const subject of ['one', 'two', 'three']) await client.append('INBOX', letter(subject))
  await client.select('INBOX')
  await ask('STORE 1:2 +FLAGS (\\Deleted \\Flagged)')
  await ask('EXPUNGE')
  assert.match(await done('undelete', 'list', 'ann'), /^INBOX {2}#1 {2}2 messages expunged$/m)
  assert.match(await done('undelete', 'list', 'ann', 'INBOX'), /^2 {2}\S+ {2}\d+ bytes {2}Ben <ben@u\.test>: two$/m)
  assert.match(await done('undelete', 'mail', 'ann', 'INBOX', '--uid', '2'), /^1 message brought back into INBOX$/m)
  await ask('NOOP')
  assert.match(await ask('FETCH 2 (UID FLAGS BODY.PEEK[])'), /UID 4 FLAGS \(\\Flagged[^)]*\).*the body of two/s)
  const again = await done('undelete', 'mail', 'ann', 'INBOX', '--json')
  assert.deepEqual(JSON.parse(again), { mailbox: 'INBOX', messages: 1, already: 1 })

  await ask('CREATE Work')
  await client.append('Work', letter('plan'))
  await ask('DELETE Work')
  await ask('CREATE Work')
  await ask('DELETE Work')
  const several = await tell('undelete', 'mail', 'ann', 'Work')
  assert.equal(several.code, 4)
  assert.match(several.complaints, /several of that name: #\d+ \(removed/)
  const id = /^Work {2}(#\d+) {2}1 message, removed/m.exec(await done('undelete', 'list', 'ann'))?.[1] as string
  await done('undelete', 'mail', 'ann', id, '--into', 'Saved/Work')
  assert.equal(await client.messages('Saved/Work'), 1)
  assert.equal((await tell('undelete', 'mail', 'ann', 'Nowhere')).code, 3)
  assert.equal((await tell('undelete', 'mail', 'ann', 'INBOX', '--uid', '0')).code, 2)

  const before = await ask('STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY)')
  await done('udm', 'users/user', 'remove', '--dn', 'ann')
  await assert.rejects(login(), /AUTHENTICATIONFAILED/)
  assert.match(await done('undelete', 'users'), /^ann {2}#1 {2}removed \S+ {2}<ann@u\.test>$/m)
  await done(
    ...['udm', 'users/user', 'create', '--set', 'username=bob', '--set', 'password=two-password'],
    ...['--set', 'mailPrimaryAddress=ann@u.test'],
  )
  const taken = await tell('undelete', 'user', 'ann')
  assert.equal(taken.code, 4)
  assert.match(taken.complaints, /an address of ann is another user's now: take it from there first/)
  await done('udm', 'users/user', 'modify', '--dn', 'bob', '--set', 'mailPrimaryAddress=bob@u.test')
  assert.match(await done('undelete', 'user', 'ann'), /^Object restored: uid=ann,cn=users$/m)
  client = await login()
  const tagless = (text: string): string => text.replaceAll(/^t\d+ /gm, '')
  assert.equal(tagless(await ask('STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY)')), tagless(before))
  assert.equal((await tell('undelete', 'user', 'ann')).code, 3)
  assert.equal(await server.stop(), 0)
  assert.match(await done('undelete', 'users'), /^Nobody was removed\.$/m)
})
