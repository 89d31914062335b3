import assert from 'node:assert/strict'
import test from 'node:test'
import { hasRoom, noLimits } from './quota.ts'
import { Bench, failureOf, letter, must, type OpenStore, uidsOf, withBench } from './store-under-test.contract.ts'

const size = letter('x').length

export function quotaContract(open: OpenStore): void {
  test('I14 what an account holds is counted with every write', async () => {
    await withBench(open, async bench => {
      const [inbox, trash] = [(await bench.box('INBOX')).id, (await bench.box('Trash')).id]
      const used = async () => Object.values((await bench.account.quota()).used)
      assert.deepEqual(await used(), [0, 0])
      must(await bench.account.append(inbox, await Promise.all([1, 2, 3].map(() => bench.message('x')))))
      assert.deepEqual(await used(), [3 * size, 3])
      must(await bench.account.copy(inbox, uidsOf(1, 2), trash))
      assert.deepEqual(await used(), [5 * size, 5])
      must(await bench.account.move(inbox, uidsOf(3), trash))
      assert.deepEqual(await used(), [5 * size, 5])
      must(await bench.account.setFlags(trash, uidsOf(1, 3), { op: 'add', flags: ['\\Deleted'] }))
      must(await bench.account.expunge(trash))
      assert.deepEqual(await used(), [3 * size, 3])
      const made = await bench.made('Work')
      must(await bench.account.copy(inbox, uidsOf(1, 2), made))
      must(await bench.account.renameMailbox('INBOX', 'Old'))
      assert.deepEqual(await used(), [5 * size, 5])
      must(await bench.account.removeMailbox('Work'))
      await bench.reopen()
      assert.deepEqual(await used(), [3 * size, 3])
      const boxes = await bench.account.listMailboxes()
      assert.equal(
        boxes.reduce((sum, box) => sum + box.bytes, 0),
        3 * size,
      )
    })
  })

  test('beyond its limits an account takes nothing, and loses nothing', async () => {
    await withBench(open, async bench => {
      const { store } = bench.test
      const [inbox, trash] = [(await bench.box('INBOX')).id, (await bench.box('Trash')).id]
      const message = await bench.message('x')
      must(await store.setQuota(Bench.account, { bytes: 2 * size, messages: null }))
      const delivery = { account: Bench.account, mailbox: 'INBOX', message, key: 'k1' }
      must(await store.deliver(delivery))
      assert.equal(failureOf(await bench.account.append(inbox, [message, message])), 'over-quota', 'all or none')
      must(await bench.account.append(inbox, [message]))
      assert.equal(failureOf(await store.deliver({ ...delivery, key: 'k2' })), 'over-quota')
      assert.equal(must(await store.deliver(delivery)).already, true, 'what is there is there')
      assert.equal(failureOf(await bench.account.copy(inbox, uidsOf(1), trash)), 'over-quota')
      must(await bench.account.move(inbox, uidsOf(1), trash))
      const quota = await store.readQuota(Bench.account)
      assert.deepEqual(quota, { used: { bytes: 2 * size, messages: 2 }, limits: { bytes: 2 * size, messages: null } })
      await bench.reopen()
      assert.deepEqual(await bench.account.quota(), quota)
      must(await bench.account.setFlags(trash, uidsOf(1), { op: 'add', flags: ['\\Deleted'] }))
      must(await bench.account.expunge(trash))
      assert.equal(must(await bench.test.store.deliver({ ...delivery, key: 'k2' })).already, false)
      must(await bench.test.store.setQuota(Bench.account, { bytes: null, messages: 1 }))
      assert.equal(failureOf(await bench.account.append(inbox, [message])), 'over-quota', 'there is more than allowed')
      must(await bench.test.store.setQuota(Bench.account, noLimits))
      must(await bench.account.append(inbox, [message]))
      const stranger = { ...Bench, account: 4711 as never }
      assert.equal(failureOf(await bench.test.store.setQuota(stranger.account, noLimits)), 'no-such-account')
      assert.equal(await bench.test.store.readQuota(stranger.account), undefined)
    })
  })

  test('AC-01 of many that come at once no more are taken than there is room for', async () => {
    await withBench(open, async bench => {
      const { store } = bench.test
      const inbox = (await bench.box('INBOX')).id
      const message = await bench.message('x')
      must(await store.setQuota(Bench.account, { bytes: 10 * size + Math.floor(size / 2), messages: null }))
      const tried = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          n % 2 === 0
            ? store.deliver({ account: Bench.account, mailbox: 'INBOX', message, key: `k${n}` })
            : bench.account.append(inbox, [message]),
        ),
      )
      assert.equal(tried.filter(each => each.ok).length, 10)
      for (const each of tried) if (!each.ok) assert.equal(each.failure, 'over-quota')
      assert.deepEqual((await bench.account.quota()).used, { bytes: 10 * size, messages: 10 })
      assert.equal((await bench.box('INBOX')).exists, 10)
    })
  })

  test('room is what is between used and limit, to the byte', () => {
    const quota = { used: { bytes: 90, messages: 9 }, limits: { bytes: 100, messages: 10 } }
    assert.equal(hasRoom(quota, 10, 1), true)
    assert.equal(hasRoom(quota, 11, 1), false)
    assert.equal(hasRoom(quota, 0, 2), false)
    assert.equal(hasRoom({ ...quota, limits: noLimits }, 1e12, 1e6), true)
  })
}
