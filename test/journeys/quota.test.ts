import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapClient } from '../kit/imap-client.ts'
import { askWire, greetedWire, sendLetter } from '../kit/mail-talk.ts'
import { hauspost } from '../kit/run-program.ts'
import { findPortOffset, startServer } from '../kit/server.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-quota-'))
after(() => rmSync(home, { recursive: true, force: true }))
const data = join(home, 'post')
const host = '127.0.0.1'

async function done(...words: readonly string[]): Promise<string> {
  const told = await hauspost(...words, '--data', data)
  assert.equal(told.code, 0, `${words.join(' ')}: ${told.complaints}`)
  return told.out
}
const modify = (...words: readonly string[]) => done('udm', 'users/user', 'modify', '--dn', 'ann', ...words)

test('a quota holds at every door and acts at once', { timeout: 120_000 }, async t => {
  await done('udm', 'mail/domain', 'create', '--set', 'name=q.test')
  await done(
    ...['udm', 'users/user', 'create', '--set', 'username=ann', '--set', 'password=one-password'],
    ...['--set', 'mailPrimaryAddress=ann@q.test', '--set', 'mailUserQuota=1'],
  )
  assert.match(await done('udm', 'users/user', 'list'), /^ {2}mailUserQuota: 1$/m)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  t.after(() => server.kill())
  const client = await ImapClient.login(host, server.port(143), 'ann', 'one-password')
  t.after(() => client.destroy())
  const ask = async (command: string): Promise<string> => String(await client.ask(command))
  /** A letter is in its mailbox some moments after its 250. */
  const holds = async (count: number): Promise<void> => {
    while ((await client.messages('INBOX')) < count) await wait(20)
  }

  assert.match(
    await ask('GETQUOTAROOT Trash'),
    /^\* QUOTAROOT Trash "INBOX"\r\n\* QUOTA "INBOX" \(STORAGE 0 1000\)\r\n/,
  )
  const mx = await greetedWire(t, server.port(25))
  assert.match(await sendLetter(mx, 'ann@q.test', 'the first', 43_000), /^250 /)
  await holds(1)
  assert.match(await ask('SELECT INBOX'), /\* NO \[ALERT\] Your mailbox is 9\d percent full\r\n/)
  assert.match(await ask('STATUS INBOX (DELETED DELETED-STORAGE)'), /\(DELETED 0 DELETED-STORAGE 0\)/)

  // More than there is room for: it waits in the queue, where an administrator sees why.
  assert.match(await sendLetter(mx, 'ann@q.test', 'the second', 10_000), /^250 /)
  await assert.rejects(client.append('INBOX', Buffer.alloc(200_000, 'x')), /NO \[OVERQUOTA\] The mailbox is full/)
  await assert.rejects(ask('COPY 1 Trash'), /NO \[OVERQUOTA\]/)
  await assert.rejects(ask('SETQUOTA INBOX (STORAGE 9999)'), /NO \[NOPERM\]/)
  await assert.rejects(ask('GETQUOTA "nobody"'), /NO \[NONEXISTENT\]/)

  await modify('--set', 'mailUserMessageLimit=1')
  assert.match(await ask('GETQUOTA INBOX'), /\(STORAGE \d+ 1000 MESSAGE 1 1\)/)
  assert.match(await askWire(mx, 'MAIL FROM:<x@y.example>'), /^250/)
  assert.match(await askWire(mx, 'RCPT TO:<ann@q.test>'), /^452 4\.2\.2 The mailbox is full/)
  await askWire(mx, 'RSET')
  await done('ucr', 'set', 'mail/cyrus/imap/quota=no')
  assert.match(await ask('GETQUOTA INBOX'), /\* QUOTA "INBOX" \(\)/)
  assert.match(await sendLetter(mx, 'ann@q.test', 'the third'), /^250 /)
  await holds(2)
  await done('ucr', 'set', 'mail/cyrus/imap/quota=yes')
  await modify('--set', 'mailUserMessageLimit=', '--set', 'mailUserQuota=0')
  assert.match(await ask('GETQUOTA INBOX'), /\* QUOTA "INBOX" \(\)/)
  const queued = JSON.parse(await done('queue', 'list', '--json'))
  assert.deepEqual(
    queued.map((row: { recipients: { why: string }[] }) => row.recipients[0]?.why),
    ['over-quota'],
  )
  assert.equal(await server.stop(), 0)
})
