import assert from 'node:assert/strict'
import test from 'node:test'
import type { Change } from './change.ts'
import {
  Bench,
  follow,
  must,
  type OpenStore,
  rowsOf,
  uidsOf,
  wholeView,
  withBench,
} from './store-under-test.contract.ts'
import { makeView } from './view.ts'

export function changesContract(open: OpenStore): void {
  test('I7 changesSince tells every change once, in order, whatever the limit', async () => {
    await withBench(open, async bench => {
      const [inbox, trash] = [(await bench.box('INBOX')).id, (await bench.box('Trash')).id]
      for (let n = 0; n < 5; n++) {
        must(await bench.account.append(inbox, await bench.messages(3, [`label${n}`])))
        must(await bench.account.move(inbox, uidsOf(3 * n + 1), trash))
        must(await bench.account.setFlags(trash, uidsOf(n + 1), { op: 'add', flags: [`t${n}`] }))
        must(await bench.account.createMailbox(`made${n}/below`))
      }
      const all = await bench.changes()
      const keys = all.map(change => `${change.modseq}/${change.mailbox}`)
      assert.equal(new Set(keys).size, all.length, 'one a modseq and mailbox')
      for (const [n, change] of all.entries()) assert.ok(n === 0 || change.modseq >= (all[n - 1] as Change).modseq)
      for (const limit of [1, 2, 3, 7, 300]) {
        const told: Change[] = []
        for (;;) {
          const some = await bench.account.changesSince((told.at(-1)?.modseq ?? 0) as never, limit)
          told.push(...some)
          if (some.length === 0) break
        }
        assert.deepEqual(told, all, `limit ${limit}`)
      }
      await bench.reopen()
      assert.deepEqual(await bench.changes(), all)
    })
  })

  test('I9 a view that follows the changes from any moment on is the view of now', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(6, ['one'])))
      must(await bench.account.setFlags(inbox, uidsOf(2, 4), { op: 'replace', flags: ['\\Deleted', 'two'] }))
      must(await bench.account.expunge(inbox, uidsOf(2)))
      must(await bench.account.append(inbox, await bench.messages(2, ['three', '\\Seen'])))
      const view = makeView(0 as never)
      follow(view, inbox, await bench.changes())
      const now = must(await bench.account.openMailbox(inbox))
      assert.deepEqual(wholeView(view), wholeView(now.view))
      assert.equal(now.uidNext, 9)
      assert.ok(now.view.upTo <= (await bench.box('INBOX')).highestModseq)
    })
  })

  test('I12 a watcher hears of a change when the view has it, and before the one who asked goes on', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      const session = must(await bench.account.openMailbox(inbox))
      const heard: string[] = []
      const stop = session.watch(change => {
        assert.equal(session.view.upTo, change.modseq)
        heard.push(`${change.what.kind} ${session.view.count}`)
      })
      must(await bench.account.append(inbox, await bench.messages(2)))
      assert.deepEqual(heard, ['arrived 2'])
      must(await bench.test.store.deliver(await bench.delivery('k')))
      must(await bench.account.setFlags(inbox, uidsOf(1), { op: 'add', flags: ['\\Deleted'] }))
      must(await bench.account.expunge(inbox))
      assert.deepEqual(heard, ['arrived 2', 'arrived 3', 'flags 3', 'expunged 2'])
      assert.equal(session.uidNext, 4)
      stop()
      must(await bench.account.append(inbox, await bench.messages(1)))
      assert.equal(heard.length, 4)
      assert.equal(session.view.count, 3)
      session.close()
    })
  })

  test('a watcher hears when its mailbox is renamed or removed', async () => {
    await withBench(open, async bench => {
      const made = await bench.made('Work')
      const session = must(await bench.account.openMailbox(made))
      const heard: unknown[] = []
      session.watch(({ what }) => heard.push(what))
      must(await bench.account.renameMailbox('Work', 'Play'))
      must(await bench.account.removeMailbox('Play'))
      const told = [
        { kind: 'renamed', name: 'Play' },
        { kind: 'removed', name: 'Play' },
      ]
      assert.deepEqual(heard, told)
      session.close()
      const logged = (await bench.changes()).filter(change => change.mailbox === made).map(change => change.what)
      assert.deepEqual(logged, [{ kind: 'created', name: 'Work' }, ...told])
    })
  })

  test('I10 a view opened while letters arrive misses none and tells none twice', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      const letters = 120
      const message = await bench.message()
      const writing = Promise.all(
        Array.from({ length: letters }, (_, n) =>
          bench.test.store.deliver({ account: Bench.account, mailbox: 'INBOX', key: `k${n}`, message }),
        ),
      )
      const sessions = []
      for (let n = 0; n < 20; n++) {
        const session = must(await bench.account.openMailbox(inbox))
        const counts = { start: session.view.count, heard: 0 }
        session.watch(({ what }) => {
          if (what.kind === 'arrived') counts.heard += what.uids.length
        })
        sessions.push({ session, counts })
        // Freed and read again, in every second round.
        if (n % 2 === 1) for (const one of sessions.splice(0)) one.session.close()
        await new Promise(resolve => setImmediate(resolve))
      }
      const last = must(await bench.account.openMailbox(inbox))
      const start = last.view.count
      let heard = 0
      last.watch(({ what }) => {
        if (what.kind === 'arrived') heard += what.uids.length
      })
      await writing
      assert.equal(start + heard, letters)
      assert.deepEqual(
        Object.keys(rowsOf(last.view)).map(Number),
        Array.from({ length: letters }, (_, n) => n + 1),
      )
      for (const { session, counts } of sessions) {
        assert.equal(session.view, last.view, 'all sessions share one view')
        assert.equal(counts.start + counts.heard, letters)
      }
    })
  })

  test('UIDs are recent to one session: the first that claims them', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(2)))
      const first = must(await bench.account.openMailbox(inbox))
      assert.equal(await bench.account.recentFrom(inbox), 1)
      assert.equal(first.claimRecent(), 1)
      const second = must(await bench.account.openMailbox(inbox))
      assert.equal(second.claimRecent(), 3)
      must(await bench.account.append(inbox, await bench.messages(1)))
      assert.equal(first.claimRecent(), 3)
      first.close()
      second.close()
      must(await bench.account.append(inbox, await bench.messages(1)))
      assert.equal(await bench.account.recentFrom(inbox), 4, 'also when nobody has it open')
      const later = must(await bench.account.openMailbox(inbox))
      assert.equal(later.claimRecent(), 4, 'what came while nobody had it open')
      assert.equal(later.claimRecent(), 5)
      later.close()
      later.close()
    })
  })
}
