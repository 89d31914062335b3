import assert from 'node:assert/strict'
import test from 'node:test'
import { latin1Text, noBytes } from '#base/bytes'
import type { RetainedMessage } from './retained.ts'
import { Bench, failureOf, must, type OpenStore, uidsOf, withBench } from './store-under-test.contract.ts'

const deleted = { op: 'add', flags: ['\\Deleted'] } as const

export function retainedContract(open: OpenStore): void {
  const retained = async (bench: Bench, mailbox: number): Promise<RetainedMessage[]> => {
    const all: RetainedMessage[] = []
    for await (const batch of bench.account.readRetained(mailbox as never)) all.push(...batch)
    return all
  }
  const subjects = async (bench: Bench, mailbox: number): Promise<string[]> => {
    const opened = must(await bench.account.openMailbox(mailbox as never))
    const found: string[] = []
    for await (const batch of bench.account.readWire(opened.view.ordinal.slice(0, opened.view.count)))
      for (const { headers } of batch) found.push(/Subject: (.*)\r/.exec(latin1Text(headers ?? noBytes))?.[1] ?? '')
    opened.close()
    return found
  }

  test('P9 what was expunged is there with its flags, and comes back under new UIDs', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(
        await bench.account.append(inbox, [await bench.message('one', ['\\Seen', 'work']), await bench.message('two')]),
      )
      must(await bench.account.append(inbox, [await bench.message('three', ['\\Flagged'])]))
      assert.deepEqual(await bench.account.listRetained(), [])
      must(await bench.account.setFlags(inbox, uidsOf(1, 2, 3), deleted))
      must(await bench.account.expunge(inbox))
      await bench.reopen()
      assert.deepEqual(await bench.account.listRetained(), [{ id: inbox, name: 'INBOX', messages: 3 }])
      const shown = (await retained(bench, inbox)).map(({ uid, flags }) => [uid, [...flags].sort().join(' ')])
      assert.deepEqual(shown, [
        [1, '\\Deleted \\Seen work'],
        [2, '\\Deleted'],
        [3, '\\Deleted \\Flagged'],
      ])
      const back = must(await bench.account.bringBack(inbox, uidsOf(1, 3, 77), 'Rescued/Post'))
      assert.deepEqual([[...back.uids], back.already], [[1, 2], 0])
      const rescued = await bench.box('Rescued/Post')
      assert.deepEqual(await bench.seen(rescued.id), { 1: '\\Seen work', 2: '\\Flagged' })
      assert.deepEqual(await subjects(bench, rescued.id), ['one', 'three'])
      assert.deepEqual([rescued.exists, rescued.unseen], [2, 1])
      const again = must(await bench.account.bringBack(inbox, undefined, 'Rescued/Post'))
      assert.deepEqual([[...again.uids], again.already], [[3], 2], 'what stands there already is left alone')
      const home = must(await bench.account.bringBack(inbox, uidsOf(2), 'INBOX'))
      assert.deepEqual([...home.uids], [4], 'never under a UID that was used')
      assert.equal((await bench.account.quota()).used.messages, 4)
    })
  })

  test('P9 what was expunged again and again comes back once, as it was at the last', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      const trash = (await bench.box('Trash')).id
      must(await bench.account.append(inbox, [await bench.message('one', ['first'])]))
      for (let round = 1; round <= 4; round++) {
        must(await bench.account.setFlags(inbox, uidsOf(round), { op: 'add', flags: ['\\Deleted', `round${round}`] }))
        must(await bench.account.expunge(inbox))
        const back = must(await bench.account.bringBack(inbox, undefined, 'INBOX'))
        assert.deepEqual([[...back.uids], back.already], [[round + 1], 0], `round ${round}`)
      }
      assert.deepEqual(await bench.seen(inbox), { 5: 'first round1 round2 round3 round4' })
      const some = must(await bench.account.bringBack(inbox, uidsOf(1, 2, 3), 'Trash'))
      assert.equal(some.uids.length, 1)
      assert.deepEqual(await bench.seen(trash), { 1: 'first round1 round2 round3' })
      assert.equal((await bench.account.quota()).used.messages, 2)
    })
  })

  test('P9 a mailbox that was removed comes back with all that was in it, and with nothing else', async () => {
    await withBench(open, async bench => {
      const work = await bench.made('Work')
      must(
        await bench.account.append(work, [
          await bench.message('gone'),
          await bench.message('kept', ['\\Answered', 'k']),
        ]),
      )
      must(await bench.account.setFlags(work, uidsOf(1), deleted))
      must(await bench.account.expunge(work))
      must(await bench.account.removeMailbox('Work'))
      must(await bench.account.createMailbox('Work'))
      const [found] = (await bench.account.listRetained()).filter(each => each.id === work)
      assert.deepEqual([found?.name, found?.messages], ['Work', 1])
      assert.ok(Math.abs((found?.removed ?? 0) - Date.now()) < 60_000)
      assert.deepEqual((await retained(bench, work)).map(each => each.uid).sort(), [1, 2])
      const back = must(await bench.account.bringBack(work, undefined, 'Work'))
      assert.equal(back.uids.length, 1)
      assert.deepEqual(await bench.seen(back.mailbox), { 1: '\\Answered k' })
      assert.deepEqual(await subjects(bench, back.mailbox), ['kept'])
      must(await bench.account.bringBack(work, uidsOf(1), 'Work'))
      assert.deepEqual(await subjects(bench, back.mailbox), ['kept', 'gone'])
      assert.equal(failureOf(await bench.account.bringBack(work, undefined, '../x')), 'invalid-name')
      assert.equal(failureOf(await bench.account.bringBack(4711 as never, undefined, 'x')), 'no-such-mailbox')
      must(await bench.test.store.setQuota(Bench.account, { bytes: null, messages: 2 }))
      assert.equal(failureOf(await bench.account.bringBack(work, undefined, 'New')), 'over-quota')
      assert.equal(await bench.account.findMailbox('New'), undefined, 'and nothing is made')
    })
  })

  test('P9 an account that was removed comes back as it was', async () => {
    await withBench(open, async bench => {
      const { store } = bench.test
      const inbox = (await bench.box('INBOX')).id
      must(await store.setQuota(Bench.account, { bytes: 1_000_000, messages: null }))
      const delivery = await bench.delivery('key')
      must(await store.deliver(delivery))
      must(await bench.account.append(inbox, [await bench.message('two', ['\\Seen'])]))
      await bench.made('Removed before')
      must(await bench.account.removeMailbox('Removed before'))
      const before = await bench.account.listMailboxes()
      const changes = await bench.changes()
      const quota = await bench.account.quota()
      must(await store.removeAccount(Bench.account))
      assert.equal(failureOf(await store.openAccount(Bench.account)), 'no-such-account')
      assert.equal(await store.accountState(Bench.account), 'removed')
      must(await store.restoreAccount(Bench.account))
      assert.equal(await store.accountState(Bench.account), 'there')
      assert.equal(await store.accountState(4711 as never), 'gone')
      must(await store.restoreAccount(Bench.account))
      await bench.reopen()
      assert.deepEqual(await bench.account.listMailboxes(), before)
      assert.deepEqual(await bench.changes(), changes)
      assert.deepEqual(await bench.account.quota(), quota)
      assert.deepEqual(await bench.seen(inbox), { 1: '', 2: '\\Seen' })
      assert.equal(must(await bench.test.store.deliver(delivery)).already, true)
      const appended = must(await bench.account.append(inbox, [await bench.message('three')]))
      assert.deepEqual([...appended.uids], [3])
      const later = (await bench.changes()).at(-1)
      assert.ok((later?.modseq ?? 0) > (changes.at(-1)?.modseq ?? 0) + 1, 'the removal had a MODSEQ of its own')
      assert.equal(failureOf(await bench.test.store.restoreAccount(4711 as never)), 'no-such-account')
    })
  })
}
