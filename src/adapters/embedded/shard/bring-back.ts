import { fail, ok } from '#base/result'
import { canonicalName, DELETED, type FlagBits, hasRoom, type MailboxId } from '#mail/store'
import type { Database } from '../database.ts'
import { arrived, nextUid } from './arrive.ts'
import type { AccountPage, Book, Box } from './book.ts'
import { addMemberships, translation } from './copy-messages.ts'
import { ordered } from './ledger.ts'
import type { MailboxWrites } from './mailbox-writes.ts'
import type { OpOf, Outcome } from './op.ts'
import { quotaOf } from './quota-of.ts'
import { type RetainedMailboxRow, readRetainedRows } from './retained-rows.ts'

/** Rows that are read at a time. */
const rowsAtOnce = 1_000

interface Wanted {
  readonly uid: number
  readonly ordinal: number
  readonly low: number
  readonly high: number
  readonly size: number
  /** The modseq of its end. */
  readonly ended: number
}

/** It stood in the mailbox when that was removed. */
const stillThere = Number.POSITIVE_INFINITY

/**
 * Puts what was expunged, or was in a mailbox that was removed, into a mailbox again: one write, however much it is,
 * under new UIDs, with the flags it had but \Deleted. What stands there already is left alone, so it may be repeated.
 */
export function makeBringBack(
  database: Database,
  book: Book,
  mailboxes: MailboxWrites,
): (op: OpOf<'bring-back'>) => Outcome<'bring-back'> {
  const rows = readRetainedRows(database)
  const add = addMemberships(database)

  /** Every message that has ended in the mailbox; of a removed one also those that were in it. */
  function* retained(account: AccountPage, source: RetainedMailboxRow): Generator<Wanted> {
    for (let after = 0; ; ) {
      const some = rows.ended(account.id, source.id, after, rowsAtOnce)
      yield* some
      after = some.at(-1)?.uid ?? after
      if (some.length < rowsAtOnce) break
    }
    if (source.removed === null) return
    const { exists, highestModseq } = source
    const { view, size } = book.loader.load({ id: source.id, account: account.id, exists, highestModseq })
    for (let i = 0; i < view.count; i++)
      yield {
        uid: view.uid[i] as number,
        ordinal: view.ordinal[i] as number,
        low: view.low[i] as number,
        high: view.high[i] as number,
        size: size[i] as number,
        ended: stillThere,
      }
  }

  /** Without UIDs: of a removed mailbox what was in it then, of one that is there what was expunged. */
  const choose = (account: AccountPage, source: RetainedMailboxRow, uids: Uint32Array | undefined): Wanted[] => {
    const asked = uids && new Set(ordered(uids))
    const wanted = new Map<number, Wanted>()
    for (const each of retained(account, source)) {
      if (asked ? !asked.has(each.uid) : source.removed !== null && each.ended !== stillThere) continue
      // A message may have stood there more than once: it comes back once, as it was at the last.
      const known = wanted.get(each.ordinal)
      if (!known || known.ended < each.ended) wanted.set(each.ordinal, each)
    }
    return [...wanted.values()].sort((a, b) => a.uid - b.uid)
  }

  const targetFor = (op: OpOf<'bring-back'>, account: AccountPage, name: string): Outcome<'create-mailbox'> | Box => {
    const known = account.boxes.get(name)
    if (known) return known
    const { at } = op
    const made = mailboxes.create({ op: 'create-mailbox', account: op.account, at, name, specialUse: undefined })
    return made.ok ? (account.boxes.get(name) as Box) : made
  }

  return op => {
    const account = book.account(op.account)
    if (!account) return fail('no-such-account')
    const source = rows.mailbox(op.account, op.mailbox)
    if (!source) return fail('no-such-mailbox')
    const name = canonicalName(op.to)
    if (name === undefined) return fail('invalid-name')
    const found = choose(account, source, op.uids)
    const there = account.boxes.get(name)
    const held = there && ordinalsOf(book, there)
    const wanted = found.filter(({ ordinal }) => !held?.has(ordinal))
    const bytes = wanted.reduce((sum, { size }) => sum + size, 0)
    if (op.limited && !hasRoom(quotaOf(account), bytes, wanted.length)) return fail('over-quota')
    const target = targetFor(op, account, name)
    if ('ok' in target) return target as Outcome<'bring-back'>
    const already = found.length - wanted.length
    if (wanted.length === 0) return ok({ mailbox: target.id as MailboxId, uids: new Uint32Array(0), already })

    const known = book.keywords(target).length
    const bitsOf = translation(book, sourceBox(account, source), target)
    const flags: FlagBits[] = wanted.map(({ low, high }) => bitsOf((low & ~DELETED) >>> 0, high))
    const uids = Uint32Array.from(wanted, () => nextUid(target))
    const ordinals = Uint32Array.from(wanted, ({ ordinal }) => ordinal)
    add(target.id, uids, ordinals)
    book.count(target, wanted.length, flags.filter(({ low }) => !(low & 1)).length, bytes)
    const fresh = book.keywords(target).length > known ? book.keywords(target) : undefined
    const sizes = wanted.map(({ size }) => size)
    book.record(target, op.at, book.nextModseq(account), arrived(uids, ordinals, flags, sizes, fresh), known)
    book.saveAccount(account)
    return ok({ mailbox: target.id as MailboxId, uids, already })
  }
}

const ordinalsOf = (book: Book, box: Box): ReadonlySet<number> => {
  const { view } = book.ledger(box)
  return new Set(view.ordinal.subarray(0, view.count))
}

/** As much of a removed mailbox as its keywords need. */
const sourceBox = (account: AccountPage, { id, name }: RetainedMailboxRow): Box =>
  account.boxes.get(name)?.id === id
    ? (account.boxes.get(name) as Box)
    : ({ id, account, name, keywords: undefined } as unknown as Box)
