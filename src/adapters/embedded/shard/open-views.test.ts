import assert from 'node:assert/strict'
import test from 'node:test'
import { accountId, type FlagBits, type MailboxId, makeView, modseq, noFlags } from '#mail/store'
import type { News } from './op.ts'
import { OpenViews } from './open-views.ts'
import { kindNumbers, packArrival, packChange } from './pack-change.ts'
import type { ShardReader } from './reader.ts'

const account = accountId(1)
const box = 5 as MailboxId

/** The file as it is after so many arrivals, one a modseq. */
function fileWith(arrivals: () => number): ShardReader {
  const load = () => {
    const count = arrivals()
    const view = makeView(modseq(count), [], count)
    for (let i = 0; i < count; i++) view.uid[i] = i + 1
    view.count = count
    const mailbox = { uidNext: count + 1, uidValidity: 9 }
    return { mailbox, ledger: { view, size: new Uint32Array(count) } }
  }
  return { load } as unknown as ShardReader
}

const arrival = (n: number, behind = n - 1, flags: FlagBits = noFlags): News => ({
  mailbox: box,
  modseq: n,
  behind,
  kind: kindNumbers.arrived,
  packed: packArrival(n, n, flags, 100),
})

test('a view with a hole is read again, and that is told', () => {
  const events: string[] = []
  let arrivals = 2
  const views = new OpenViews(
    fileWith(() => arrivals),
    (_level, event) => events.push(event),
  )
  const opened = views.open(account, box)
  assert.ok(opened.ok)
  const { view } = opened.value
  arrivals = 4
  views.take(account, [arrival(4, 3)])
  assert.deepEqual([view.count, view.upTo, opened.value.uidNext], [4, 4, 5])
  assert.deepEqual([...view.uid.subarray(0, 4)], [1, 2, 3, 4])
  assert.deepEqual(events, ['store.view-gap'])
})

test('news that the file had already are passed over, and what nobody has open costs nothing', () => {
  const views = new OpenViews(
    fileWith(() => 3),
    () => assert.fail('nothing to tell'),
  )
  views.take(account, [arrival(1), arrival(2)])
  const opened = views.open(account, box)
  assert.ok(opened.ok)
  views.take(account, [arrival(3), arrival(4)])
  assert.deepEqual([opened.value.view.count, opened.value.uidNext], [4, 5])
  opened.value.close()
  opened.value.close()
  assert.equal(views.size, 0)
})

test('a view at rest follows its news, and is ready for who comes next', () => {
  let loads = 0
  const views = new OpenViews(
    fileWith(() => {
      loads++
      return 3
    }),
    () => assert.fail('nothing to tell'),
  )
  const first = views.open(account, box)
  assert.ok(first.ok)
  first.value.close()
  views.take(account, [arrival(4)])
  const second = views.open(account, box)
  assert.ok(second.ok)
  assert.deepEqual([loads, views.size, second.value.view.count, second.value.uidNext], [1, 1, 4, 5])
  second.value.close()
  const packed = packChange({ kind: 'removed', name: 'x' }, 0)
  views.take(account, [{ mailbox: box, modseq: 5, behind: 4, kind: kindNumbers.removed, packed }])
  assert.ok(views.open(account, box).ok)
  assert.equal(loads, 2, 'what is removed is not kept')
})

test('views at rest keep to their room: the longest at rest are let go', () => {
  const loads: number[] = []
  const load = (_: number, mailbox: number) => {
    loads.push(mailbox)
    const view = makeView(modseq(1), [], 60_000)
    return { mailbox: { uidNext: 1, uidValidity: 9 }, ledger: { view, size: new Uint32Array(0) } }
  }
  const views = new OpenViews({ load } as unknown as ShardReader, () => {})
  const visit = (id: number): void => {
    const opened = views.open(account, id as MailboxId)
    assert.ok(opened.ok)
    opened.value.close()
  }
  for (const id of [1, 2, 3, 2, 1]) visit(id)
  assert.deepEqual(loads, [1, 2, 3, 1])
  assert.equal(views.size, 0)
})
