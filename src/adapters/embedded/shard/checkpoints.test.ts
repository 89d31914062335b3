import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import BetterSqlite from 'better-sqlite3'
import { instant } from '#base/clock'
import { accountId, defaultMailboxes, type MailboxId } from '#mail/store'
import { openForTest } from './testing/open-for-test.ts'

const account = accountId(3)
const inbox = 1 as MailboxId

test('OV-12 a mailbox with a long tail of changes is opened from a checkpoint that its writer makes', async t => {
  // The writer's housekeeping never finds one due, as if it had been busy all the time.
  const place = await openForTest({ limits: { changesToReplay: 1e9 } })
  t.after(() => place.close())
  assert.ok((await place.store.createAccount(account, defaultMailboxes)).ok)
  const own = await place.store.openAccount(account)
  assert.ok(own.ok)
  const content = await place.keep(new Uint8Array(20))
  await own.value.append(inbox, Array(10).fill({ content, received: instant(0), flags: [] }))
  const database = new BetterSqlite(join(place.directory, 'shards/00/index.sqlite'), { readonly: true })
  t.after(() => database.close())
  const pending = database.prepare('SELECT pending FROM mailbox WHERE id = ?').pluck()
  const upTo = database.prepare('SELECT up_to FROM view WHERE mailbox = ?').pluck()

  const turn = async (times: number): Promise<void> => {
    const one = Uint32Array.of(4)
    const change = (n: number) => ({ op: n % 2 === 0 ? 'add' : 'remove', flags: ['\\Seen'] }) as const
    await Promise.all(Array.from({ length: times }, (_, n) => own.value.setFlags(inbox, one, change(n))))
  }
  const seen = async (): Promise<number[]> => {
    const opened = await own.value.openMailbox(inbox)
    assert.ok(opened.ok)
    opened.value.close()
    return [...opened.value.view.low.subarray(0, opened.value.view.count)]
  }
  await turn(101)
  assert.deepEqual(await seen(), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  assert.equal(upTo.get(inbox), undefined, 'a short tail is replayed')
  await turn(4_000)
  assert.ok(Number(pending.get(inbox)) > 4_000)
  assert.deepEqual(await seen(), Array(10).fill(0))
  assert.ok(Number(upTo.get(inbox)) > 4_000)
  assert.equal(pending.get(inbox), 0)
  const other = await place.store.createAccount(accountId(4), defaultMailboxes)
  assert.ok(other.ok)
  const stranger = await place.store.openAccount(accountId(4))
  assert.ok(stranger.ok)
  await turn(4_001)
  assert.equal((await stranger.value.openMailbox(inbox)).ok, false)
  assert.ok(Number(pending.get(inbox)) > 4_000, 'nobody works for another’s mailbox')
})
