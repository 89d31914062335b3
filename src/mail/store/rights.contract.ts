import assert from 'node:assert/strict'
import test from 'node:test'
import {
  allRights,
  anyone,
  encodeRights,
  parseRights,
  type RightsChange,
  type RightsEntry,
  type Who,
  whoGroup,
  whoUser,
} from '#mail/rights'
import { accountId, firstSharedAccount, type MailboxId } from './ids.ts'
import { defaultMailboxes, type Grant, rightsEntriesPerMailbox } from './mailbox.ts'
import type { AccountStore } from './store.ts'
import { type Bench, failureOf, makeBench, must, type OpenStore, withBench } from './store-under-test.contract.ts'

const told = (entries: readonly RightsEntry[]): string[] =>
  entries.map(({ who, negative, rights }) => `${negative ? '-' : ''}${who} ${encodeRights(rights)}`)

const change = (op: RightsChange['op'], who: Who, letters: string, negative = false): RightsChange => ({
  op,
  who,
  negative,
  rights: parseRights(letters) ?? allRights,
})

const grantsOf = (grants: readonly Grant[]): string[] =>
  grants.map(({ account, mailbox, entries }) => `${account} ${mailbox.name}: ${told(entries).join(', ')}`).sort()

/** Who may do what, and where. */
export function rightsContract(open: OpenStore): void {
  const bert = whoUser(8)
  const list = async (account: AccountStore, mailbox: MailboxId): Promise<string[]> =>
    told(await account.listRights(mailbox))
  const set = async ({ account }: Bench, mailbox: MailboxId, ...changes: RightsChange[]): Promise<void> => {
    for (const each of changes) must(await account.changeRights(mailbox, each))
  }

  test('I24 nobody has rights at first; entries are set, added to, taken from, and survive', async () => {
    await withBench(open, async bench => {
      const { id } = await bench.box('INBOX')
      assert.deepEqual(await list(bench.account, id), [])
      await set(bench, id, change('replace', bert, 'lrs'), change('add', bert, 'i'), change('add', anyone, 'a', true))
      await set(bench, id, change('replace', anyone, 'lr'), change('remove', bert, 's'))
      const wanted = ['anyone lr', '-anyone a', 'user:8 lri']
      assert.deepEqual(await list(bench.account, id), wanted)
      await bench.reopen()
      assert.deepEqual(await list(bench.account, id), wanted)
      await set(bench, id, change('remove', bert, 'lri'), change('replace', anyone, '', true))
      assert.deepEqual(await list(bench.account, id), ['anyone lr'])
    })
  })

  test('each change of rights stands in the log as it is then, and one that changes nothing does not', async () => {
    await withBench(open, async bench => {
      const { id } = await bench.box('INBOX')
      const open = must(await bench.account.openMailbox(id))
      const heard: unknown[] = []
      open.watch(({ what }) => heard.push(what))
      const before = (await bench.changes()).length
      await set(bench, id, change('add', bert, 'lr'), change('add', bert, 's'), change('add', bert, 'l'))
      await set(bench, id, change('replace', bert, ''), change('remove', anyone, 'l'))
      const entry = (letters: string) => ({ kind: 'rights', who: bert, negative: false, rights: parseRights(letters) })
      const wanted = [entry('lr'), entry('lrs'), entry('')]
      assert.deepEqual(heard, wanted, 'who has it open hears of it')
      open.close()
      await bench.reopen()
      const changes = (await bench.changes()).slice(before)
      assert.deepEqual(
        changes.map(({ what }) => what),
        wanted,
      )
      assert.ok(changes.every(({ mailbox }) => mailbox === id))
      assert.deepEqual(await bench.seen(id), {}, 'a view is made over them')
    })
  })

  test('a new mailbox has what its parent has; renamed it keeps its own; removed it leaves none behind', async () => {
    await withBench(open, async bench => {
      const top = await bench.made('Team')
      await set(bench, top, change('replace', bert, 'lr'), change('replace', anyone, 'l', true))
      const child = await bench.made('Team/a/b')
      assert.deepEqual(await list(bench.account, child), ['-anyone l', 'user:8 lr'])
      assert.deepEqual(await list(bench.account, (await bench.box('Team/a')).id), ['-anyone l', 'user:8 lr'])
      await set(bench, top, change('replace', bert, ''))
      assert.deepEqual(await list(bench.account, child), ['-anyone l', 'user:8 lr'], 'later it has its own')
      const other = await bench.made('Other')
      await set(bench, other, change('replace', bert, 'p'))
      must(await bench.account.renameMailbox('Team/a/b', 'Other/b'))
      assert.deepEqual(await list(bench.account, child), ['-anyone l', 'user:8 lr'])
      must(await bench.account.removeMailbox('Other/b'))
      assert.deepEqual(await list(bench.account, child), [])
      assert.equal(failureOf(await bench.account.changeRights(child, change('add', bert, 'l'))), 'no-such-mailbox')
      const again = await bench.made('Other/b')
      assert.deepEqual(await list(bench.account, again), ['user:8 p'], 'of the parent, and nothing of the one before')
    })
  })

  test('AC-05 what names are granted is found over all accounts, and is nobody else’s', async () => {
    await withBench(open, async anna => {
      const carl = await makeBench(anna.test, accountId(10))
      const sales = whoGroup('Sales')
      await set(anna, (await anna.box('INBOX')).id, change('replace', bert, 'lr'), change('replace', anyone, 'r', true))
      await set(carl, (await carl.box('Sent')).id, change('replace', sales, 'l'), change('replace', whoUser(80), 'l'))
      await set(carl, (await carl.box('Ham')).id, change('replace', bert, 'p'))
      must(await carl.account.removeMailbox('Ham'))
      const { store } = anna.test
      const found = async (...names: Who[]): Promise<string[]> => grantsOf(await store.listGrants(names))
      assert.deepEqual(await found(anyone, bert), ['7 INBOX: -anyone r, user:8 lr'])
      assert.deepEqual(await found(sales), ['10 Sent: group:sales l'])
      assert.deepEqual(await found(bert, sales), ['10 Sent: group:sales l', '7 INBOX: user:8 lr'])
      assert.deepEqual(await found(whoUser(9)), [])
      assert.deepEqual(await found(), [])
      must(await store.removeAccount(anna.id))
      assert.deepEqual(await found(anyone, bert), [])
      assert.deepEqual(await list(anna.account, (await carl.box('Sent')).id), [], 'not through another account')
    })
  })

  test('many grants are all found', async () => {
    await withBench(open, async bench => {
      const gone = await makeBench(bench.test, accountId(9))
      for (let i = 0; i < 300; i++) await set(gone, await gone.made(`gone ${i}`), change('replace', bert, 'l'))
      for (let i = 0; i < 300; i++) await set(bench, await bench.made(`box ${i}`), change('replace', bert, 'l'))
      must(await bench.test.store.removeAccount(gone.id))
      const found = await bench.test.store.listGrants([bert, anyone])
      assert.equal(found.length, 300)
      assert.equal(new Set(found.map(({ mailbox }) => mailbox.name)).size, 300)
    })
  })

  test('a list has no more entries than it may', async () => {
    await withBench(open, async bench => {
      const { id } = await bench.box('INBOX')
      const all = Array.from({ length: rightsEntriesPerMailbox }, (_, i) => change('add', whoUser(100 + i), 'l'))
      for (const each of await Promise.all(all.map(each => bench.account.changeRights(id, each)))) must(each)
      assert.equal(failureOf(await bench.account.changeRights(id, change('add', bert, 'l'))), 'too-many-rights')
      await set(bench, id, change('add', whoUser(100), 'r'), change('replace', whoUser(101), ''))
      await set(bench, id, change('add', bert, 'l'))
    })
  })

  test('a shared tree has a number that no user has, a name that is its own, and gives nobody rights', async () => {
    await withBench(open, async bench => {
      const { store } = bench.test
      const both = await Promise.all([store.createSharedAccount('Sales'), store.createSharedAccount('sales')])
      assert.equal(failureOf(both[1]), 'mailbox-exists')
      const made = must(both[0])
      const support = must(await store.createSharedAccount('support@x.example'))
      assert.deepEqual([made.account, support.account], [firstSharedAccount, firstSharedAccount + 1])
      for (const name of ['', 'a/b', '..'])
        assert.equal(failureOf(await store.createSharedAccount(name)), 'invalid-name')
      const tree = must(await store.openAccount(made.account))
      const inbox = await tree.findMailbox('INBOX')
      assert.ok(inbox)
      assert.deepEqual(await tree.listRights(inbox.id), [])
      must(await tree.changeRights(inbox.id, change('replace', whoGroup('sales'), 'lrs')))
      const child = must(await tree.createMailbox('2026'))
      assert.deepEqual(await list(tree, child.id), ['group:sales lrs'], 'INBOX is above all others')
      await bench.reopen()
      const again = bench.test.store
      const byAccount = (await again.listSharedAccounts()).toSorted((a, b) => a.account - b.account)
      assert.deepEqual(byAccount, [made, support])
      must(await again.removeAccount(support.account))
      assert.deepEqual(await again.listSharedAccounts(), [made])
      const third = must(await again.createSharedAccount('support@x.example'))
      assert.equal(third.account, firstSharedAccount + 2, 'a number is given once')
      must(await again.createAccount(accountId(11), defaultMailboxes))
      assert.equal((await again.listSharedAccounts()).length, 2)
    })
  })
}
