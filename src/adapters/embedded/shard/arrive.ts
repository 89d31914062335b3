import { fail, ok } from '#base/result'
import { canonicalName, type FlagBits, hasRoom, type MailboxId, noFlags, SEEN, uid, uidValidity } from '#mail/store'
import type { Database } from '../database.ts'
import { type AccountPage, type Book, type Box, changeWeight } from './book.ts'
import type { OpOf, Outcome } from './op.ts'
import { kindNumbers, packArrival } from './pack-change.ts'
import { packWire } from './pack-wire.ts'
import { quotaOf } from './quota-of.ts'
import { resolveFlags } from './resolve-flags.ts'
import type { Summaries } from './summaries.ts'

/** How new messages come into mailboxes. */
export interface Arrivals {
  deliver(op: OpOf<'deliver'>): Outcome<'deliver'>
  append(op: OpOf<'append'>): Outcome<'append'>
}

export function makeArrivals(database: Database, book: Book, summaries: Summaries): Arrivals {
  const findKey = database.prepare('SELECT mailbox, uid FROM delivery_key WHERE key = ? AND account = ?')
  const addKey = database.prepare(
    'INSERT INTO delivery_key (key, account, mailbox, uid, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const addMessage = database.prepare(
    'INSERT INTO message (id, content, size, dotted, received) VALUES ((? << 32) | ?, ?, ?, ?, ?)',
  )
  const addWire = database.prepare('INSERT INTO message_wire (id, packed) VALUES ((? << 32) | ?, ?)')
  const addMembership = database.prepare('INSERT INTO membership (id, ordinal) VALUES ((? << 32) | ?, ?)')

  /** Everything but the change; the summary is asked for first, so that a content that cannot be read writes nothing. */
  const store = (account: AccountPage, box: Box, message: OpOf<'deliver'>['message'], bits: FlagBits): number => {
    const { content, received } = message
    const wire = packWire(summaries.of(content), content.size, received)
    const ordinal = nextOrdinal(account)
    addMessage.run(account.id, ordinal, content.ref, content.size, content.dotted ? 1 : 0, received)
    addWire.run(account.id, ordinal, wire)
    addMembership.run(box.id, nextUid(box), ordinal)
    book.count(box, 1, bits.low & SEEN ? 0 : 1, content.size)
    return ordinal
  }

  return {
    deliver({ account: id, at, mailbox, message, key, limited }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      // What is already there needs no room.
      if (limited && !hasRoom(quotaOf(account), message.content.size, 1) && !findKey.get(key, id))
        return fail('over-quota')
      const box = account.boxes.get(mailbox) ?? account.boxes.get(canonicalName(mailbox) ?? '') ?? inboxOf(account)
      const flags = message.flags.length === 0 ? undefined : resolveFlags(book, box, message.flags)
      if (flags && !flags.ok) return flags
      const bits = flags?.value.bits ?? noFlags
      const before = flags && flags.value.fresh.length > 0 ? book.keywords(box).length : 0
      const given = box.uidNext
      if (addKey.run(key, id, box.id, given, at).changes === 0) {
        const known = findKey.get(key, id) as { mailbox: number; uid: number }
        return ok({ mailbox: known.mailbox as MailboxId, uid: uid(known.uid), already: true })
      }
      const ordinal = store(account, box, message, bits)
      const { size } = message.content
      const modseq = book.nextModseq(account)
      if (flags && flags.value.fresh.length > 0) {
        for (const name of flags.value.fresh) book.addKeyword(box, name)
        book.record(box, at, modseq, arrived([given], [ordinal], [bits], [size], book.keywords(box)), before)
      } else if (book.ledgerAtHand(box)) {
        book.record(box, at, modseq, arrived([given], [ordinal], [bits], [size]))
      } else {
        const packed = packArrival(given, ordinal, bits, size)
        book.recordPacked(box, at, modseq, kindNumbers.arrived, packed, changeWeight(1))
      }
      book.saveAccount(account)
      return ok({ mailbox: box.id as MailboxId, uid: uid(given), already: false })
    },

    append({ account: id, at, mailbox, messages, limited }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const box = book.box(account, mailbox)
      if (!box) return fail('no-such-mailbox')
      const bytes = messages.reduce((sum, { content }) => sum + content.size, 0)
      if (limited && !hasRoom(quotaOf(account), bytes, messages.length)) return fail('over-quota')
      const resolved = resolveFlags(
        book,
        box,
        messages.flatMap(message => message.flags),
      )
      if (!resolved.ok) return resolved
      for (const { content } of messages) summaries.of(content)
      const validity = uidValidity(box.uidValidity)
      if (messages.length === 0) return ok({ uidValidity: validity, uids: new Uint32Array(0) })
      const before = resolved.value.fresh.length > 0 ? book.keywords(box).length : 0
      for (const name of resolved.value.fresh) book.addKeyword(box, name)
      const uids: number[] = []
      const ordinals: number[] = []
      const bits: FlagBits[] = []
      for (const message of messages) {
        const own = resolveFlags(book, box, message.flags)
        const flags = own.ok ? own.value.bits : noFlags
        uids.push(box.uidNext)
        ordinals.push(store(account, box, message, flags))
        bits.push(flags)
      }
      const fresh = resolved.value.fresh.length > 0 ? book.keywords(box) : undefined
      const sizes = messages.map(message => message.content.size)
      book.record(box, at, book.nextModseq(account), arrived(uids, ordinals, bits, sizes, fresh), before)
      book.saveAccount(account)
      return ok({ uidValidity: validity, uids: Uint32Array.from(uids) })
    },
  }
}

const inboxOf = (account: AccountPage): Box => {
  const inbox = account.boxes.get('INBOX')
  if (!inbox) throw new Error(`account ${account.id} has no INBOX`)
  return inbox
}

export const arrived = (
  uids: ArrayLike<number>,
  ordinals: ArrayLike<number>,
  flags: readonly FlagBits[],
  sizes: ArrayLike<number>,
  keywords?: readonly string[],
) => {
  const change = {
    kind: 'arrived' as const,
    uids: Uint32Array.from(uids),
    ordinals: Uint32Array.from(ordinals),
    flags,
    sizes: Float64Array.from(sizes),
  }
  return keywords ? { ...change, keywords } : change
}

const most = 0xffffffff

/** RFC 9051 §2.3.1.1: never twice. A mailbox that has used them all up takes nothing more. */
export function nextUid(box: Box): number {
  if (box.uidNext >= most) throw new Error(`mailbox ${box.id} has no UID left`)
  return box.uidNext++
}

function nextOrdinal(account: AccountPage): number {
  if (account.nextOrdinal >= most) throw new Error(`account ${account.id} has no message number left`)
  return account.nextOrdinal++
}
