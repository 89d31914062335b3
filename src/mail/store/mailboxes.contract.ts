import assert from 'node:assert/strict'
import test from 'node:test'
import { accountId } from './ids.ts'
import { defaultMailboxes } from './mailbox.ts'
import { Bench, failureOf, must, type OpenStore, uidsOf, withBench } from './store-under-test.contract.ts'

const names = async (bench: Bench): Promise<string[]> =>
  (await bench.account.listMailboxes()).map(box => box.name).sort()
const defaults = defaultMailboxes.map(box => box.name).sort()

export function mailboxesContract(open: OpenStore): void {
  test('createAccount makes the mailboxes, subscribed, with their special uses, and can be repeated', async () => {
    await withBench(open, async bench => {
      assert.deepEqual(await names(bench), defaults)
      assert.deepEqual([...(await bench.account.listSubscriptions())].sort(), defaults)
      assert.equal((await bench.box('Spam')).specialUse, '\\Junk')
      must(await bench.account.renameMailbox('Sent', 'Gesendet'))
      must(await bench.account.removeMailbox('Ham'))
      must(await bench.test.store.createAccount(Bench.account, defaultMailboxes))
      const after = defaults.filter(name => name !== 'Sent')
      assert.deepEqual(await names(bench), [...after, 'Gesendet'].sort(), 'Ham is back, Sent lives on as Gesendet')
    })
  })

  test('an account that was removed is gone, cannot be opened, and is never made again', async () => {
    await withBench(open, async bench => {
      await bench.test.store.deliver(await bench.delivery('k'))
      const box = await bench.box('INBOX')
      const { store } = bench.test
      must(await store.removeAccount(Bench.account))
      must(await store.removeAccount(Bench.account))
      assert.equal(failureOf(await store.openAccount(Bench.account)), 'no-such-account')
      assert.equal(failureOf(await store.deliver(await bench.delivery('late'))), 'no-such-account')
      assert.equal(failureOf(await store.createAccount(Bench.account, defaultMailboxes)), 'no-such-account')
      assert.equal(failureOf(await bench.account.openMailbox(box.id)), 'no-such-mailbox')
      for await (const batch of bench.account.readFacts(uidsOf(1))) assert.deepEqual(batch, [])
      assert.deepEqual(await bench.account.listMailboxes(), [])
      bench.test = await bench.test.reopen()
      assert.equal(failureOf(await bench.test.store.openAccount(Bench.account)), 'no-such-account')
    })
  })

  test('accounts do not reach into each other', async () => {
    await withBench(open, async bench => {
      const { store } = bench.test
      const [own, other] = [Bench.account, accountId(Bench.account + 64)]
      must(await store.createAccount(other, defaultMailboxes))
      const stranger = must(await store.openAccount(other))
      const box = await bench.box('INBOX')
      must(await bench.account.append(box.id, await bench.messages(1)))
      assert.notEqual(own, other)
      assert.equal(failureOf(await stranger.openMailbox(box.id)), 'no-such-mailbox')
      const held = must(await bench.account.openMailbox(box.id))
      assert.equal(failureOf(await stranger.openMailbox(box.id)), 'no-such-mailbox', 'nor while its owner has it open')
      held.close()
      assert.equal(failureOf(await stranger.expunge(box.id)), 'no-such-mailbox')
      assert.equal(failureOf(await stranger.append(box.id, await bench.messages(1))), 'no-such-mailbox')
      const inbox = await stranger.findMailbox('INBOX')
      assert.ok(inbox)
      assert.equal(failureOf(await stranger.copy(box.id, uidsOf(1), inbox.id)), 'no-such-mailbox')
      for await (const batch of stranger.readFacts(uidsOf(1))) assert.deepEqual(batch, [])
    })
  })

  test('createMailbox makes missing parents, and each is a mailbox', async () => {
    await withBench(open, async bench => {
      const made = must(await bench.account.createMailbox('a/b/c', '\\Archive'))
      assert.deepEqual([made.name, made.exists, made.uidNext, made.specialUse], ['a/b/c', 0, 1, '\\Archive'])
      assert.deepEqual(await names(bench), [...defaults, 'a', 'a/b', 'a/b/c'].sort())
      assert.equal(failureOf(await bench.account.createMailbox('a/b')), 'mailbox-exists')
    })
  })

  test('IM-14 names that look like paths or hide something are refused', async () => {
    await withBench(open, async bench => {
      const bad = [
        '',
        '/',
        'a/',
        '/a',
        'a//b',
        '.',
        '..',
        '../../x',
        'a/../b',
        '~user',
        'a\0b',
        'a\r\nb',
        'a\x7f',
        'a\u0085',
      ]
      const hidden = ['a\u202eb', 'a\u200bb', 'a\u2066b', 'a\u2028b', 'a\ufeffb', 'a\ud800b']
      const long = ['x'.repeat(70_000), 'ä'.repeat(501), Array(300).fill('a').join('/'), Array(51).fill('a').join('/')]
      for (const name of [...bad, ...hidden, ...long]) {
        const text = JSON.stringify(name.slice(0, 40))
        assert.equal(failureOf(await bench.account.createMailbox(name)), 'invalid-name', text)
        assert.equal(failureOf(await bench.account.renameMailbox('Trash', name)), 'invalid-name', text)
        assert.equal(await bench.account.findMailbox(name), undefined, text)
      }
      for (const name of [
        'x'.repeat(255),
        Array(3).fill('x'.repeat(255)).join('/'),
        Array(50).fill('a').join('/'),
        '"%*&',
        'مِلَف\u200cها',
        '📬 Post',
      ])
        must(await bench.account.createMailbox(name))
    })
  })

  test('AU-13 a mailbox with a name like a query is that mailbox and no other', async () => {
    await withBench(open, async bench => {
      const hostile = ["' OR 1=1--", "x'; DROP TABLE mailbox; --", '%', '_NBOX', 'I%', '"', "''", '?1', ':name', '\\']
      for (const name of hostile) assert.equal(await bench.account.findMailbox(name), undefined, name)
      for (const name of hostile) must(await bench.account.createMailbox(name))
      for (const name of hostile) assert.equal((await bench.box(name)).name, name)
      assert.deepEqual(await names(bench), [...defaults, ...hostile].sort())
      for (const name of hostile) must(await bench.account.removeMailbox(name))
      assert.deepEqual(await names(bench), defaults)
    })
  })

  test('IM-15 IM-16 one mailbox has one name: NFC, and INBOX in any case of ASCII', async () => {
    await withBench(open, async bench => {
      must(await bench.account.createMailbox('Cafe\u0301'))
      assert.equal(failureOf(await bench.account.createMailbox('Caf\u00e9')), 'mailbox-exists')
      assert.equal((await bench.box('Cafe\u0301')).name, 'Caf\u00e9')
      assert.equal(failureOf(await bench.account.createMailbox('iNbOx')), 'mailbox-exists')
      assert.equal((await bench.box('inbox')).name, 'INBOX')
      assert.equal(must(await bench.account.createMailbox('inbox/Work')).name, 'INBOX/Work')
      assert.equal(must(await bench.account.createMailbox('\u0130NBOX')).name, '\u0130NBOX')
      assert.equal(must(await bench.account.createMailbox('Work/inbox')).name, 'Work/inbox')
    })
  })

  test('INBOX stays, and what has children is not removed', async () => {
    await withBench(open, async bench => {
      await bench.made('a/b')
      assert.equal(failureOf(await bench.account.removeMailbox('inbox')), 'inbox-stays')
      assert.equal(failureOf(await bench.account.removeMailbox('a')), 'has-children')
      assert.equal(failureOf(await bench.account.removeMailbox('nowhere')), 'no-such-mailbox')
      must(await bench.account.removeMailbox('a/b'))
      must(await bench.account.removeMailbox('a'))
      assert.equal(failureOf(await bench.account.removeMailbox('a')), 'no-such-mailbox')
      assert.deepEqual(await names(bench), defaults)
    })
  })

  test('I6 the UIDVALIDITY of a name made again is greater than any before', async () => {
    await withBench(open, async bench => {
      let last = 0
      for (let round = 0; round < 4; round++) {
        const box = must(await bench.account.createMailbox('again'))
        assert.ok(box.uidValidity > last && box.uidValidity < 2 ** 32)
        last = box.uidValidity
        must(await bench.account.removeMailbox('again'))
        if (round === 1) await bench.reopen()
      }
      const older = must(await bench.account.createMailbox('older'))
      const newer = must(await bench.account.createMailbox('again'))
      must(await bench.account.renameMailbox('again', 'elsewhere'))
      const held = must(await bench.account.openMailbox(older.id))
      must(await bench.account.renameMailbox('older', 'again'))
      const now = await bench.box('again')
      assert.equal(now.id, older.id, 'the mailbox itself is the same')
      assert.ok(now.uidValidity > newer.uidValidity, 'its name has seen a greater one')
      const opened = must(await bench.account.openMailbox(older.id))
      assert.deepEqual([held.uidValidity, opened.uidValidity], [older.uidValidity, now.uidValidity])
      must(await bench.account.renameMailbox('elsewhere', 'home'))
      must(await bench.account.renameMailbox('home', 'elsewhere'))
      assert.equal((await bench.box('elsewhere')).uidValidity, newer.uidValidity, 'there and back changes nothing')
    })
  })

  test('CR-21 renameMailbox takes children along, makes parents, and keeps messages and UIDs', async () => {
    await withBench(open, async bench => {
      const deep = await bench.made('a/b/c')
      await bench.made('ab')
      must(await bench.account.append(deep, await bench.messages(3)))
      must(await bench.account.renameMailbox('a', 'x/y/z'))
      assert.deepEqual(await names(bench), [...defaults, 'ab', 'x', 'x/y', 'x/y/z', 'x/y/z/b', 'x/y/z/b/c'].sort())
      const moved = await bench.box('x/y/z/b/c')
      assert.deepEqual([moved.id, moved.exists, moved.uidNext], [deep, 3, 4])
      assert.equal(failureOf(await bench.account.renameMailbox('x', 'x/inside')), 'invalid-name')
      assert.equal(failureOf(await bench.account.renameMailbox('ab', 'x')), 'mailbox-exists')
      assert.equal(failureOf(await bench.account.renameMailbox('ab', 'ab')), 'mailbox-exists')
      assert.equal(failureOf(await bench.account.renameMailbox('ab', 'inbox')), 'mailbox-exists')
      assert.equal(failureOf(await bench.account.renameMailbox('gone', 'new')), 'no-such-mailbox')
      const limit = Array(47).fill('d').join('/')
      assert.equal(failureOf(await bench.account.renameMailbox('x', limit)), 'invalid-name', 'children too deep')
      assert.ok(await bench.account.findMailbox('x/y/z/b/c'), 'a refused rename changes nothing')
    })
  })

  test('renaming INBOX moves its messages and leaves it empty, its children where they are', async () => {
    await withBench(open, async bench => {
      const inbox = await bench.box('INBOX')
      await bench.made('INBOX/Kids')
      must(await bench.account.append(inbox.id, await bench.messages(3, ['\\Seen', 'label'])))
      must(await bench.account.setFlags(inbox.id, uidsOf(2), { op: 'add', flags: ['\\Deleted'] }))
      must(await bench.account.renameMailbox('inbox', 'Old/2025'))
      const after = await bench.box('INBOX')
      assert.deepEqual([after.id, after.exists, after.unseen, after.bytes, after.uidNext], [inbox.id, 0, 0, 0, 4])
      assert.equal(after.uidValidity, inbox.uidValidity)
      const old = await bench.box('Old/2025')
      assert.deepEqual(await bench.seen(old.id), { 1: '\\Seen label', 2: '\\Deleted \\Seen label', 3: '\\Seen label' })
      assert.ok(await bench.account.findMailbox('INBOX/Kids'))
      assert.equal(failureOf(await bench.account.renameMailbox('INBOX', 'Old/2025')), 'mailbox-exists')
    })
  })

  test('subscriptions outlive their mailboxes, and may name what is not there', async () => {
    await withBench(open, async bench => {
      await bench.made('Work')
      must(await bench.account.subscribe('Work', true))
      must(await bench.account.subscribe('Work', true))
      must(await bench.account.subscribe('Not/There', true))
      must(await bench.account.subscribe('inbox', false))
      must(await bench.account.removeMailbox('Work'))
      await bench.reopen()
      const wanted = [...defaults.filter(name => name !== 'INBOX'), 'Work', 'Not/There'].sort()
      assert.deepEqual([...(await bench.account.listSubscriptions())].sort(), wanted)
      assert.equal(failureOf(await bench.account.subscribe('../x', true)), 'invalid-name')
      must(await bench.account.subscribe('nobody/knows/it', false))
    })
  })

  test('a failure takes no modseq and leaves no change', async () => {
    await withBench(open, async bench => {
      const before = (await bench.changes()).length
      await bench.account.createMailbox('INBOX')
      await bench.account.createMailbox('a//b')
      await bench.account.removeMailbox('INBOX')
      await bench.account.renameMailbox('gone', 'new')
      await bench.account.expunge((await bench.box('INBOX')).id)
      assert.equal((await bench.changes()).length, before)
    })
  })
}
