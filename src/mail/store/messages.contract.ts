import assert from 'node:assert/strict'
import test from 'node:test'
import { latin1Text } from '#base/bytes'
import { keywordsPerMailbox } from './flags.ts'
import { accountId } from './ids.ts'
import {
  Bench,
  failureOf,
  letter,
  must,
  type OpenStore,
  received,
  uidsOf,
  withBench,
} from './store-under-test.contract.ts'

export function messagesContract(open: OpenStore): void {
  test('I3 a delivery key is written once, however often and however much at once it comes', async () => {
    await withBench(open, async bench => {
      const delivery = await bench.delivery('entry1/b@example.com/INBOX')
      const results = await Promise.all([1, 2, 3].map(() => bench.test.store.deliver(delivery)))
      assert.deepEqual(
        results.map(each => must(each)).map(({ uid, already }) => [uid, already]),
        [
          [1, false],
          [1, true],
          [1, true],
        ],
      )
      await bench.reopen()
      const again = must(await bench.test.store.deliver(delivery))
      assert.deepEqual([again.uid, again.already, again.mailbox], [1, true, (await bench.box('INBOX')).id])
      assert.equal((await bench.box('INBOX')).exists, 1)
    })
  })

  test('QD-16 the same content under two keys is two messages', async () => {
    await withBench(open, async bench => {
      const delivery = await bench.delivery('entry1/b@example.com/INBOX')
      must(await bench.test.store.deliver(delivery))
      const second = must(await bench.test.store.deliver({ ...delivery, key: 'entry2/b@example.com/INBOX' }))
      assert.deepEqual([second.uid, second.already], [2, false])
      // In the same shard, whatever their number.
      const other = accountId(Bench.account + 64)
      must(await bench.test.store.createAccount(other, []))
      const third = must(await bench.test.store.deliver({ ...delivery, account: other }))
      assert.deepEqual([third.uid, third.already], [1, false], 'a key belongs to its account')
    })
  })

  test('I23 a mailbox that is missing falls back to INBOX; an account that is missing does not', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      for (const name of ['Gone/For/Good', '../..', '', 'inbox'])
        assert.equal(must(await bench.test.store.deliver(await bench.delivery(`k${name}`, name))).mailbox, inbox)
      const spam = must(await bench.test.store.deliver(await bench.delivery('spam', 'Spam')))
      assert.equal(spam.mailbox, (await bench.box('Spam')).id)
      const nobody = { ...(await bench.delivery('n')), account: accountId(4711) }
      assert.equal(failureOf(await bench.test.store.deliver(nobody)), 'no-such-account')
    })
  })

  test('what answered is on disk: durable before visible', async () => {
    await withBench(open, async bench => {
      const inbox = await bench.box('INBOX')
      must(await bench.test.store.deliver(await bench.delivery('one')))
      must(await bench.account.append(inbox.id, [await bench.message('two', ['\\Seen', 'label'])]))
      const flagged = must(await bench.account.setFlags(inbox.id, uidsOf(1), { op: 'add', flags: ['\\Flagged'] }))
      await bench.reopen()
      const after = await bench.box('INBOX')
      assert.deepEqual([after.exists, after.unseen, after.uidNext, after.highestModseq], [2, 1, 3, flagged.modseq])
      assert.equal(after.bytes, letter('one').length + letter('two').length)
      assert.deepEqual(await bench.seen(inbox.id), { 1: '\\Flagged', 2: '\\Seen label' })
    })
  })

  test('I4 I8 a UID is never used twice: not after expunge, not after a restart, not by copies', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(3, ['\\Deleted'])))
      assert.deepEqual([...must(await bench.account.expunge(inbox))], [1, 2, 3])
      await bench.reopen()
      assert.equal((await bench.box('INBOX')).uidNext, 4)
      assert.deepEqual([...must(await bench.account.append(inbox, await bench.messages(2))).uids], [4, 5])
      assert.deepEqual([...must(await bench.account.copy(inbox, uidsOf(4, 5), inbox)).to], [6, 7])
      assert.deepEqual([...must(await bench.account.move(inbox, uidsOf(5, 6), inbox)).to], [8, 9])
      await bench.reopen()
      assert.equal(must(await bench.test.store.deliver(await bench.delivery('x'))).uid, 10)
      assert.deepEqual(Object.keys(await bench.seen(inbox)), ['4', '7', '8', '9', '10'])
    })
  })

  test('append of several is one change, in their order, and of none is nothing', async () => {
    await withBench(open, async bench => {
      const inbox = await bench.box('INBOX')
      const before = (await bench.changes()).length
      const appended = must(await bench.account.append(inbox.id, await bench.messages(5)))
      assert.deepEqual([...appended.uids], [1, 2, 3, 4, 5])
      assert.equal(appended.uidValidity, inbox.uidValidity)
      assert.equal((await bench.changes()).length, before + 1)
      assert.equal(must(await bench.account.append(inbox.id, [])).uids.length, 0)
      assert.equal((await bench.changes()).length, before + 1)
      assert.equal(failureOf(await bench.account.append(4711 as never, await bench.messages(1))), 'no-such-mailbox')
    })
  })

  test('setFlags passes over UIDs that are not there, and takes them in any order', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(4)))
      const set = async (op: 'add' | 'remove' | 'replace', flags: string[], ...uids: number[]) => [
        ...must(await bench.account.setFlags(inbox, uidsOf(...uids), { op, flags })).changed,
      ]
      assert.deepEqual(await set('add', ['\\seen', 'Label'], 9, 3, 1, 3, 77), [1, 3])
      assert.deepEqual(await set('add', ['LABEL', '\\Answered'], 3, 4), [3, 4])
      assert.deepEqual(await set('remove', ['\\SEEN', 'unknown'], 1), [1])
      assert.deepEqual(await set('replace', ['\\Draft', 'other'], 4), [4])
      assert.deepEqual(await set('add', ['\\Seen'], 100), [])
      assert.deepEqual(await bench.seen(inbox), { 1: 'Label', 2: '', 3: 'Label \\Answered \\Seen', 4: '\\Draft other' })
      assert.equal((await bench.box('INBOX')).unseen, 3)
    })
  })

  test('unchangedSince leaves out what has changed since, and reports it (RFC 7162 §3.1.3)', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(3)))
      const seen = { op: 'add', flags: ['\\Seen'] } as const
      const since = must(await bench.account.setFlags(inbox, uidsOf(1), seen)).modseq
      must(await bench.account.setFlags(inbox, uidsOf(2), { op: 'add', flags: ['label'] }))
      const outcome = must(await bench.account.setFlags(inbox, uidsOf(1, 2, 3, 9), { op: 'replace', flags: [] }, since))
      assert.deepEqual([[...outcome.changed], [...outcome.skipped]], [[1, 3], [2]])
      assert.ok(outcome.modseq > since)
      assert.deepEqual(await bench.seen(inbox), { 1: '', 2: 'label', 3: '' })
      assert.equal((await bench.box('INBOX')).unseen, 3)
      const none = must(await bench.account.setFlags(inbox, uidsOf(2), seen, since))
      assert.deepEqual([[...none.changed], [...none.skipped]], [[], [2]])
    })
  })

  test('a mailbox holds so many keywords and no more', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, [await bench.message('first', ['k0'])]))
      const rest = Array.from({ length: keywordsPerMailbox - 1 }, (_, n) => `k${n + 1}`)
      must(await bench.account.setFlags(inbox, uidsOf(1), { op: 'add', flags: rest }))
      const before = await bench.box('INBOX')
      const more = { op: 'add', flags: ['k1', 'one-too-many'] } as const
      assert.equal(failureOf(await bench.account.setFlags(inbox, uidsOf(1), more)), 'too-many-keywords')
      const message = await bench.message('x', ['another'])
      assert.equal(failureOf(await bench.account.append(inbox, [message])), 'too-many-keywords')
      assert.deepEqual(await bench.box('INBOX'), before)
      await bench.reopen()
      must(await bench.account.setFlags(inbox, uidsOf(1), { op: 'remove', flags: ['one-too-many', 'K3'] }))
      const all = ['k0', ...rest].filter(name => name !== 'k3')
      assert.deepEqual(await bench.seen(inbox), { 1: all.sort().join(' ') })
      const target = (await bench.box('Trash')).id
      must(await bench.account.copy(inbox, uidsOf(1), target))
      assert.deepEqual(await bench.seen(target), { 1: all.join(' ') })
    })
  })

  test('I13 copy answers pairs, keeps flags and keywords by name, and shares nothing later', async () => {
    await withBench(open, async bench => {
      const [inbox, trash] = [(await bench.box('INBOX')).id, await bench.box('Trash')]
      must(await bench.account.append(trash.id, [await bench.message('there', ['zebra', 'apple'])]))
      must(await bench.account.append(inbox, await bench.messages(3, ['apple', '\\Seen', 'banana'])))
      const copied = must(await bench.account.copy(inbox, uidsOf(3, 1, 88), trash.id))
      assert.equal(copied.uidValidity, trash.uidValidity)
      assert.deepEqual(
        [[...copied.from], [...copied.to]],
        [
          [1, 3],
          [2, 3],
        ],
      )
      const flags = '\\Seen apple banana'
      assert.deepEqual(await bench.seen(trash.id), { 1: 'apple zebra', 2: flags, 3: flags })
      must(await bench.account.setFlags(trash.id, uidsOf(2), { op: 'add', flags: ['\\Deleted'] }))
      assert.deepEqual(await bench.seen(inbox), { 1: flags, 2: flags, 3: flags })
      assert.equal(failureOf(await bench.account.copy(inbox, uidsOf(1), 4711 as never)), 'no-such-mailbox')
      assert.equal(must(await bench.account.copy(inbox, uidsOf(99), trash.id)).to.length, 0)
    })
  })

  test('I13 move is one write: there and no longer here, with nothing in between', async () => {
    await withBench(open, async bench => {
      const [inbox, trash] = [(await bench.box('INBOX')).id, (await bench.box('Trash')).id]
      must(await bench.account.append(inbox, await bench.messages(4, ['label'])))
      const last = (await bench.changes()).at(-1)?.modseq
      const moved = must(await bench.account.move(inbox, uidsOf(2, 3), trash))
      assert.deepEqual(
        [[...moved.from], [...moved.to]],
        [
          [2, 3],
          [1, 2],
        ],
      )
      const told = await bench.account.changesSince(last as never, 10)
      assert.deepEqual(told.map(change => change.what.kind).sort(), ['arrived', 'expunged'])
      assert.equal(told[0]?.modseq, told[1]?.modseq)
      assert.deepEqual(
        [await bench.seen(inbox), await bench.seen(trash)],
        [
          { 1: 'label', 4: 'label' },
          { 1: 'label', 2: 'label' },
        ],
      )
      const [a, b] = [await bench.box('INBOX'), await bench.box('Trash')]
      assert.deepEqual([a.exists, a.unseen, b.exists, b.unseen, a.bytes], [2, 2, 2, 2, b.bytes])
    })
  })

  test('expunge ends those that carry \\Deleted: of the given, or all', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      must(await bench.account.append(inbox, await bench.messages(5)))
      must(await bench.account.setFlags(inbox, uidsOf(1, 3, 5), { op: 'add', flags: ['\\Deleted'] }))
      assert.deepEqual([...must(await bench.account.expunge(inbox, uidsOf(5, 2, 4, 5)))], [5])
      assert.deepEqual([...must(await bench.account.expunge(inbox))], [1, 3])
      assert.deepEqual([...must(await bench.account.expunge(inbox))], [])
      assert.deepEqual(await bench.seen(inbox), { 2: '', 4: '' })
    })
  })

  test('readFacts and readWire answer in the order asked for, also of messages that were expunged just now', async () => {
    await withBench(open, async bench => {
      const inbox = (await bench.box('INBOX')).id
      for (const text of ['a', 'b', 'c', 'd', 'e'])
        must(await bench.account.append(inbox, [await bench.message(text, ['\\Deleted'])]))
      const view = must(await bench.account.openMailbox(inbox)).view
      const [a, b, c, d, e] = [...view.ordinal.slice(0, 5)] as [number, number, number, number, number]
      must(await bench.account.expunge(inbox, uidsOf(2)))
      const subjects: string[] = []
      for await (const batch of bench.account.readWire(uidsOf(e, a, c, b, 4711, d)))
        for (const wire of batch) {
          subjects.push(/^\([^ ]+ "(.)"/.exec(latin1Text(wire.envelope))?.[1] ?? latin1Text(wire.envelope))
          assert.match(latin1Text(wire.headers ?? wire.body), /^From: a@example.org\r\nTo: .*\r\nSubject: .\r\n$/s)
          assert.equal(wire.received, received)
        }
      const found: number[] = []
      for await (const batch of bench.account.readFacts(uidsOf(a, b, 4711, c, d, e))) {
        for (const facts of batch) {
          found.push(facts.ordinal)
          assert.equal(facts.content.size, letter('a').length)
        }
      }
      assert.deepEqual(found, [a, b, c, d, e])
      assert.equal(subjects.length, 5)
      assert.deepEqual(
        subjects.map(each => each.slice(0, 1)),
        ['e', 'a', 'c', 'b', 'd'],
      )
    })
  })
}
