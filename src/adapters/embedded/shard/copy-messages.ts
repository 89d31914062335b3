import type { Instant } from '#base/clock'
import { fail, ok } from '#base/result'
import { type FlagBits, hasRoom, keywordBits, keywordsPerMailbox, SEEN, systemFlags, uidValidity } from '#mail/store'
import type { Database } from '../database.ts'
import { arrived, nextUid } from './arrive.ts'
import type { Book, Box } from './book.ts'
import type { EndMembership } from './expunge-messages.ts'
import { ordered, placesOf } from './ledger.ts'
import type { OpOf, Outcome } from './op.ts'
import type { Ledger } from './pack-view.ts'
import { quotaOf } from './quota-of.ts'

export interface Copies {
  copy(op: OpOf<'copy' | 'move'>): Outcome<'copy'>
  /** All of `source` to an empty mailbox of the same account: RENAME of INBOX. */
  moveAll(source: Box, target: Box, at: Instant): void
}

/** Rows that one statement writes: fewer calls, and still a text that is prepared once. */
const rowsAtOnce = 50

/** Writes memberships of one mailbox, many at a time. */
export function addMemberships(database: Database): (box: number, uids: Uint32Array, ordinals: Uint32Array) => void {
  const insert = (rows: number) =>
    database.prepare(`INSERT INTO membership (id, ordinal) VALUES ${Array(rows).fill('((? << 32) | ?, ?)').join(', ')}`)
  const addOne = insert(1)
  const addMany = insert(rowsAtOnce)

  return (box, uids, ordinals) => {
    let at = 0
    const values: number[] = new Array(3 * rowsAtOnce).fill(box)
    for (; at + rowsAtOnce <= uids.length; at += rowsAtOnce) {
      for (let i = 0; i < rowsAtOnce; i++) {
        values[3 * i + 1] = uids[at + i] as number
        values[3 * i + 2] = ordinals[at + i] as number
      }
      addMany.run(...values)
    }
    for (; at < uids.length; at++) addOne.run(box, uids[at], ordinals[at])
  }
}

export function makeCopies(database: Database, book: Book, end: EndMembership): Copies {
  const addRows = addMemberships(database)

  const transfer = (source: Box, places: Uint32Array, target: Box, at: Instant, move: boolean) => {
    const { account } = source
    const { view, size } = book.ledger(source)
    const count = places.length
    const from = new Uint32Array(count)
    const to = new Uint32Array(count)
    const ordinals = new Uint32Array(count)
    const sizes = new Float64Array(count)
    const flags: FlagBits[] = []
    const known = book.keywords(target).length
    const bitsOf = translation(book, source, target)
    let unseen = 0
    let bytes = 0
    for (let i = 0; i < count; i++) {
      const place = places[i] as number
      from[i] = view.uid[place] as number
      to[i] = nextUid(target)
      ordinals[i] = view.ordinal[place] as number
      sizes[i] = size[place] as number
      bytes += size[place] as number
      const low = view.low[place] as number
      if (!(low & SEEN)) unseen++
      flags.push(bitsOf(low, view.high[place] as number))
    }
    addRows(target.id, to, ordinals)
    book.count(target, count, unseen, bytes)
    const modseq = book.nextModseq(account)
    const fresh = book.keywords(target).length > known ? book.keywords(target) : undefined
    if (move && source !== target) expunge(modseq)
    book.record(target, at, modseq, arrived(to, ordinals, flags, sizes, fresh), known)
    // One mailbox takes one change a modseq.
    if (move && source === target) expunge(book.nextModseq(account))
    book.saveAccount(account)
    return { uidValidity: uidValidity(target.uidValidity), from, to }

    function expunge(ended: number): void {
      const still = source === target ? placesOf(book.ledger(source), from) : places
      end(source, book.ledger(source), still, ended)
      book.count(source, -count, -unseen, -bytes)
      book.record(source, at, ended, { kind: 'expunged', uids: from })
    }
  }

  return {
    copy({ op, account: id, at, from, uids, to, limited }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const source = book.box(account, from)
      const target = book.box(account, to)
      if (!source || !target) return fail('no-such-mailbox')
      const places = placesOf(book.ledger(source), ordered(uids))
      // A move within an account needs no room.
      if (op === 'copy' && limited && !hasRoom(quotaOf(account), bytesAt(book.ledger(source), places), places.length))
        return fail('over-quota')
      if (places.length > 0) return ok(transfer(source, places, target, at, op === 'move'))
      const none = new Uint32Array(0)
      return ok({ uidValidity: uidValidity(target.uidValidity), from: none, to: none })
    },
    moveAll(source, target, at) {
      const { count } = book.ledger(source).view
      if (count === 0) return
      transfer(
        source,
        Uint32Array.from({ length: count }, (_, place) => place),
        target,
        at,
        true,
      )
    },
  }
}

function bytesAt({ size }: Ledger, places: Uint32Array): number {
  let bytes = 0
  for (const place of places) bytes += size[place] as number
  return bytes
}

/**
 * The bits of a message of one mailbox in another: keywords stand at other places there. Those for which there is no
 * place left are dropped: the copy is worth more than its labels (RFC 9051 §6.4.7: flags SHOULD be preserved).
 */
export function translation(book: Book, source: Box, target: Box): (low: number, high: number) => FlagBits {
  const names = book.keywords(source)
  if (source === target || names.length === 0) return cached((low, high) => ({ low, high }))
  const places = new Map<number, number>()
  const placeIn = (place: number): number => {
    const name = names[place] as string
    const there = book.keywords(target).findIndex(each => each.toLowerCase() === name.toLowerCase())
    if (there >= 0) return there
    return book.keywords(target).length < keywordsPerMailbox ? book.addKeyword(target, name) : -1
  }
  return cached((low, high) => {
    let toLow = low & ((1 << systemFlags.length) - 1)
    let toHigh = 0
    for (let place = 0; place < names.length; place++) {
      const bit = keywordBits(place)
      if (!(low & bit.low) && !(high & bit.high)) continue
      const there = places.get(place) ?? placeIn(place)
      places.set(place, there)
      if (there < 0) continue
      const own = keywordBits(there)
      toLow |= own.low
      toHigh |= own.high
    }
    return { low: toLow >>> 0, high: toHigh >>> 0 }
  })
}

/** Neighbours mostly have the same flags: they share one object. */
function cached(make: (low: number, high: number) => FlagBits): (low: number, high: number) => FlagBits {
  let lastLow = -1
  let lastHigh = -1
  let last: FlagBits | undefined
  return (low, high) => {
    if (last && low === lastLow && high === lastHigh) return last
    lastLow = low
    lastHigh = high
    last = make(low, high)
    return last
  }
}
