import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { latin1Text } from '#base/bytes'
import { instant } from '#base/clock'
import type { MessageOrdinal } from '#mail/store'
import { engineRoom, temporaryFolder } from '../../../../test/kit/embedded-engine.ts'
import type { EmbeddedEngine } from '../open.ts'
import { backupStore } from './backup-store.ts'
import { restoreStore } from './restore-store.ts'
import { fillStore, keep, letterOf } from './testing/small-store.ts'
import { verifyStore } from './verify-store.ts'

const room = engineRoom()
after(() => room.end())

async function inboxOf(engine: EmbeddedEngine, username: string) {
  const user = await engine.directory.findUser(username)
  assert.ok(user)
  const opened = await engine.store.openAccount(user.account)
  assert.ok(opened.ok)
  const mailbox = await opened.value.findMailbox('INBOX')
  assert.ok(mailbox)
  const box = await opened.value.openMailbox(mailbox.id)
  assert.ok(box.ok)
  const { view } = box.value
  const uids = [...view.uid.subarray(0, view.count)]
  const texts: string[] = []
  for await (const facts of opened.value.readFacts(view.ordinal.slice(0, view.count) as unknown as MessageOrdinal[]))
    for (const { content } of facts) texts.push(latin1Text(await engine.contents.read(content)))
  box.value.close()
  return { account: user.account, mailbox, uids, texts }
}

const wholeOf = async (directory: string): Promise<unknown> => {
  const verified = await verifyStore(directory, { deep: true })
  return verified.ok ? verified.value.findings : verified.failure
}

test('CR-25 P10 a backup of a running store, restored elsewhere, has all letters and gives no number twice', async () => {
  const source = temporaryFolder()
  const engine = await room.openOn(source)
  await fillStore(engine)
  const before = await inboxOf(engine, 'anna')
  const folder = join(temporaryFolder(), 'backup')
  writeFileSync(join(source, 'registry'), 'mail/messagesizelimit: 1000\n', { mode: 0o640 })
  const made = await backupStore(source, folder)
  assert.deepEqual(made.broken, [])

  // What comes after the backup is lost, and its numbers must not come again.
  const message = { content: await keep(engine.contents, letterOf(99)), received: instant(1), flags: [] }
  const late = await engine.store.deliver({ account: before.account, mailbox: 'INBOX', message, key: 'late' })
  assert.ok(late.ok)

  const target = join(temporaryFolder(), 'restored')
  await restoreStore(folder, target)
  assert.deepEqual(await wholeOf(target), [])
  assert.equal(statSync(join(target, 'registry')).mode & 0o777, 0o640)
  const other = await room.openOn(target)
  const found = await inboxOf(other, 'anna')
  assert.deepEqual(found.uids, before.uids)
  assert.deepEqual(found.texts, before.texts)
  assert.equal(found.mailbox.uidValidity, before.mailbox.uidValidity)
  const content = await keep(other.contents, letterOf(100))
  const next = await other.store.deliver({
    account: found.account,
    mailbox: 'INBOX',
    message: { content, received: instant(1), flags: [] },
    key: 'next',
  })
  assert.ok(next.ok && next.value.uid > late.value.uid + 100_000)
  const again = await inboxOf(other, 'anna')
  assert.ok(again.mailbox.highestModseq > before.mailbox.highestModseq + 1_000_000)
  const entries = await other.queue.list()
  assert.equal(entries.length, 1)
  assert.deepEqual(await wholeOf(target), [])
})

test('CR-25 a second backup copies what is new, and one that ended early is no backup', async () => {
  const source = temporaryFolder()
  const engine = await room.openOn(source)
  await fillStore(engine)
  const folder = join(temporaryFolder(), 'backup')
  const stop = new AbortController()
  stop.abort()
  await assert.rejects(backupStore(source, folder, { signal: stop.signal }))
  await assert.rejects(restoreStore(folder, join(temporaryFolder(), 'new')), /no whole backup/)
  const first = await backupStore(source, folder)
  const second = await backupStore(source, folder)
  assert.ok(first.copied > 0)
  assert.equal(second.copied, 0)
  await fillMore(engine)
  const third = await backupStore(source, folder)
  assert.ok(third.copied > 0 && third.copied < first.copied)
  assert.equal(readdirSync(folder).filter(name => name.startsWith('moment-')).length, 1)
  const target = join(temporaryFolder(), 'restored')
  await restoreStore(folder, target)
  assert.deepEqual(await wholeOf(target), [])
})

async function fillMore(engine: EmbeddedEngine): Promise<void> {
  const { account } = await inboxOf(engine, 'ben')
  const message = { content: await keep(engine.contents, letterOf(7)), received: instant(1), flags: [] }
  assert.ok((await engine.store.deliver({ account, mailbox: 'INBOX', message, key: 'more' })).ok)
}

test('CR-17 a bit that turned is told by the backup and by the restore, a changed index is refused', async () => {
  const source = temporaryFolder()
  const engine = await room.openOn(source)
  await fillStore(engine)
  await engine.close()
  const folder = join(temporaryFolder(), 'backup')
  await backupStore(source, folder)
  const [name = ''] = readdirSync(join(folder, 'segments'))
  turn(join(folder, 'segments', name), 200)
  assert.equal((await restoreStore(folder, join(temporaryFolder(), 'one'))).broken.length, 1)
  const moment = readdirSync(folder).find(each => each.startsWith('moment-')) ?? ''
  turn(join(folder, moment, 'queue.sqlite'), 5000)
  await assert.rejects(restoreStore(folder, join(temporaryFolder(), 'two')), /is not as it was/)
  rmSync(join(folder, 'segments', name))
  turn(join(source, 'segments', '0000000001.seg'), 200)
  assert.equal((await backupStore(source, folder)).broken.length, 1)
  await assert.rejects(restoreStore(folder, source), /is not empty/)
})

function turn(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] as number) ^ 1
  writeFileSync(path, bytes)
}
