import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { systemFlags } from './flags.ts'
import { accountId, type MailboxId } from './ids.ts'
import {
  type Bench,
  follow,
  letter,
  makeBench,
  must,
  type OpenStore,
  rowsOf,
  wholeView,
} from './store-under-test.contract.ts'
import { makeView } from './view.ts'

/** A mailbox as simply as one can think of it. */
interface Plain {
  next: number
  readonly rows: Map<number, { flags: Set<string>; readonly size: number }>
}

const boxes = ['INBOX', 'Trash'] as const
// \Deleted more often than others: without it nothing is expunged.
const words = [...systemFlags, '\\Deleted', '\\Deleted', 'red', 'green', 'blue']
const box = fc.constantFrom(...boxes)
const uids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 })
const flags = fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 })

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('append' as const), box, flags, count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('flags' as const),
      box,
      flags,
      uids,
      op: fc.constantFrom('add', 'remove', 'replace'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), box, uids, to: box }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), box, uids, to: box }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('expunge' as const), box, uids: fc.option(uids) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does the same to both. */
async function perform(
  step: Step,
  bench: Bench,
  plain: Map<string, Plain>,
  idOf: (name: string) => MailboxId,
): Promise<void> {
  if (step.do === 'reopen') return bench.reopen()
  const { account } = bench
  const here = plain.get(step.box) as Plain
  const id = idOf(step.box)
  const put = (target: Plain, given: Iterable<string>, size: number): void => {
    target.rows.set(target.next++, { flags: new Set(given), size })
  }
  if (step.do === 'append') {
    const text = 'of the model'.repeat(step.count)
    must(await account.append(id, Array(step.count).fill(await bench.message(text, step.flags))))
    for (let n = 0; n < step.count; n++) put(here, step.flags, letter(text).length)
  } else if (step.do === 'flags') {
    const change = { op: step.op as 'add', flags: step.flags }
    must(await account.setFlags(id, Uint32Array.from(step.uids), change))
    for (const uid of step.uids) {
      const row = here.rows.get(uid)
      if (!row) continue
      if (step.op === 'replace') row.flags.clear()
      for (const flag of step.flags) step.op === 'remove' ? row.flags.delete(flag) : row.flags.add(flag)
    }
  } else if (step.do === 'expunge') {
    must(await account.expunge(id, step.uids ? Uint32Array.from(step.uids) : undefined))
    for (const [uid, row] of here.rows)
      if (row.flags.has('\\Deleted') && (!step.uids || step.uids.includes(uid))) here.rows.delete(uid)
  } else {
    const there = plain.get(step.to) as Plain
    const copied = must(await account[step.do](id, Uint32Array.from(step.uids), idOf(step.to)))
    const from = step.uids.filter(uid => here.rows.has(uid)).sort((a, b) => a - b)
    assert.deepEqual([...copied.from], from)
    assert.deepEqual(
      [...copied.to],
      from.map((_, n) => there.next + n),
    )
    for (const uid of from) {
      const row = here.rows.get(uid) as { flags: Set<string>; size: number }
      put(there, row.flags, row.size)
      if (step.do === 'move') here.rows.delete(uid)
    }
  }
}

const rowsOfPlain = ({ rows }: Plain): Record<number, string> =>
  Object.fromEntries([...rows].map(([uid, row]) => [uid, [...row.flags].sort().join(' ')]))

export function modelContract(open: OpenStore): void {
  test('I9 I14 whatever is done: views, counters and change log say the same as a plain model', async () => {
    let place = await open()
    let account = 0
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30, size: 'max' }), async steps => {
          const bench = await makeBench(place, accountId(++account))
          const plain = new Map<string, Plain>(boxes.map(name => [name, { next: 1, rows: new Map() }]))
          const ids = new Map<string, MailboxId>()
          for (const name of boxes) ids.set(name, (await bench.box(name)).id)
          const idOf = (name: string): MailboxId => ids.get(name) as MailboxId
          for (const each of steps) {
            place = bench.test
            const live = must(await bench.account.openMailbox(idOf('INBOX')))
            await perform(each, bench, plain, idOf)
            if (each.do !== 'reopen') assert.deepEqual(rowsOf(live.view), rowsOfPlain(plain.get('INBOX') as Plain))
            live.close()
          }
          for (const name of boxes) {
            const wanted = plain.get(name) as Plain
            const view = must(await bench.account.openMailbox(idOf(name)))
            assert.deepEqual(rowsOf(view.view), rowsOfPlain(wanted))
            const rebuilt = makeView(0 as never)
            follow(rebuilt, idOf(name), await bench.changes())
            assert.deepEqual(wholeView(rebuilt), wholeView(view.view))
            const { exists, unseen, bytes, uidNext } = await bench.box(name)
            const rows = [...wanted.rows.values()]
            const counted = {
              exists: rows.length,
              unseen: rows.filter(row => !row.flags.has('\\Seen')).length,
              bytes: rows.reduce((sum, row) => sum + row.size, 0),
              uidNext: wanted.next,
            }
            assert.deepEqual({ exists, unseen, bytes, uidNext }, counted)
            view.close()
          }
          place = bench.test
        }),
        { numRuns: 25 },
      )
    } finally {
      await place.close()
    }
  })
}
