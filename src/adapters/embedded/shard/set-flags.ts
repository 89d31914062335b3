import { fail, ok } from '#base/result'
import { changedBits, SEEN, modseq as toModseq } from '#mail/store'
import type { Book } from './book.ts'
import { ordered, placesOf } from './ledger.ts'
import type { OpOf, Outcome } from './op.ts'
import { knownFlags, resolveFlags } from './resolve-flags.ts'

/**
 * One row, whatever the number of messages. Every message named gets the new modseq, also one that had the flags
 * already: RFC 7162 §3.1.3 wants it, and who asked is told so.
 */
export function setFlags(book: Book, op: OpOf<'set-flags'>): Outcome<'set-flags'> {
  const { at, change, unchangedSince } = op
  const account = book.account(op.account)
  if (!account) return fail('no-such-account')
  const box = book.box(account, op.mailbox)
  if (!box) return fail('no-such-mailbox')
  const ledger = book.ledger(box)
  const { view } = ledger
  const asked = ordered(op.uids)
  const places = placesOf(ledger, asked)

  const changed = new Uint32Array(places.length)
  const skipped: number[] = []
  let count = 0
  if (unchangedSince === undefined) for (const place of places) changed[count++] = view.uid[place] as number
  else
    for (const place of places) {
      const uid = view.uid[place] as number
      if ((view.modseq[place] as number) > unchangedSince) skipped.push(uid)
      else changed[count++] = uid
    }
  const uids = changed.subarray(0, count)
  const left = Uint32Array.from(skipped)
  if (count === 0) return ok({ modseq: toModseq(account.modseq), changed: new Uint32Array(0), skipped: left })

  const known = book.keywords(box).length
  let bits = knownFlags(book, box, change.flags)
  if (change.op !== 'remove') {
    const resolved = resolveFlags(book, box, change.flags)
    if (!resolved.ok) return resolved
    for (const name of resolved.value.fresh) book.addKeyword(box, name)
    bits = resolved.value.bits
  }

  const bitsChange = { op: change.op, bits }
  // Whether \Seen changes does not depend on the other bits.
  const seen = changedBits(0, 0, bitsChange).low & SEEN
  const stays = changedBits(SEEN, 0, bitsChange).low & SEEN
  if (seen || !stays)
    for (const place of places) {
      if (unchangedSince !== undefined && (view.modseq[place] as number) > unchangedSince) continue
      const was = (view.low[place] as number) & SEEN
      if (!was && seen) box.unseen--
      else if (was && !stays) box.unseen++
    }

  const modseq = book.nextModseq(account)
  const what = { kind: 'flags', uids, change: bitsChange, keywords: book.keywords(box) } as const
  book.record(box, at, modseq, what, known)
  book.saveAccount(account)
  return ok({ modseq: toModseq(modseq), changed: uids.slice(), skipped: left })
}
