import { fail, ok } from '#base/result'
import { DELETED, SEEN, type ViewColumns } from '#mail/store'
import type { Database } from '../database.ts'
import type { Book, Box } from './book.ts'
import { ordered, placesOf, runsOf } from './ledger.ts'
import type { OpOf, Outcome } from './op.ts'
import type { Ledger } from './pack-view.ts'

/** Ends the membership of the messages at these places; their rows stay, with the modseq of the end. */
export type EndMembership = (box: Box, ledger: Ledger, places: Uint32Array, modseq: number) => void

export function makeEndMembership(database: Database): EndMembership {
  const endRange = database.prepare(
    `UPDATE membership SET ended = ?, low = ?, high = ?
     WHERE id BETWEEN (? << 32) | ? AND (? << 32) | ? AND ended IS NULL`,
  )
  // UIDs between two neighbouring places have ended before: the range may run over them.
  return (box, { view }, places, modseq) => {
    for (const run of runsOf(places))
      for (const [first, last] of sameFlags(view, run))
        endRange.run(modseq, view.low[first], view.high[first], box.id, view.uid[first], box.id, view.uid[last])
  }
}

/** A run of places in stretches that have the same flags: mostly there is one. */
function* sameFlags(
  { low, high }: ViewColumns,
  [from, to]: readonly [number, number],
): Generator<readonly [number, number]> {
  for (let first = from; first <= to; ) {
    let last = first
    while (last < to && low[last + 1] === low[first] && high[last + 1] === high[first]) last++
    yield [first, last]
    first = last + 1
  }
}

export function makeExpunge(book: Book, end: EndMembership): (op: OpOf<'expunge'>) => Outcome<'expunge'> {
  return ({ account: id, at, mailbox, uids }) => {
    const account = book.account(id)
    if (!account) return fail('no-such-account')
    const box = book.box(account, mailbox)
    if (!box) return fail('no-such-mailbox')
    const ledger = book.ledger(box)
    const { view, size } = ledger
    const asked = uids && placesOf(ledger, ordered(uids))
    const count = asked?.length ?? view.count
    const places = new Uint32Array(count)
    const gone = new Uint32Array(count)
    let found = 0
    let unseen = 0
    let bytes = 0
    for (let i = 0; i < count; i++) {
      const place = asked ? (asked[i] as number) : i
      const low = view.low[place] as number
      if (!(low & DELETED)) continue
      if (!(low & SEEN)) unseen++
      bytes += size[place] as number
      gone[found] = view.uid[place] as number
      places[found++] = place
    }
    const ended = gone.slice(0, found)
    if (found === 0) return ok(ended)
    const modseq = book.nextModseq(account)
    book.count(box, -found, -unseen, -bytes)
    end(box, ledger, places.subarray(0, found), modseq)
    book.record(box, at, modseq, { kind: 'expunged', uids: ended })
    book.saveAccount(account)
    return ok(ended)
  }
}
