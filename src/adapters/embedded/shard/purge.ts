import type { Database } from '../database.ts'
import type { AccountPage, Book } from './book.ts'
import { kindNumbers, unpackChange } from './pack-change.ts'
import { readRetainedRows } from './retained-rows.ts'

/** Changes that are looked at, and messages that go, in one step; the changes of one MODSEQ are looked at together. */
const changesAtOnce = 500
const messagesAtOnce = 1_000

interface OldChange {
  readonly modseq: number
  readonly mailbox: number
  readonly kind: number
  readonly at: number
  readonly packed: Uint8Array
}

interface Member {
  readonly id: number
  readonly ordinal: number
}

/**
 * Takes away for good what was expunged or removed before a moment: memberships, removed mailboxes, and the messages
 * that stand nowhere else. Some of one account in a step; the caller holds a transaction. True when there may be more.
 */
export function makePurge(database: Database, book: Book): (before: number) => boolean {
  const rows = readRetainedRows(database)
  const next = database.prepare('SELECT id, purged_to AS purgedTo FROM account WHERE id > ? ORDER BY id LIMIT 1')
  const oldChanges = database.prepare(
    'SELECT modseq, mailbox, kind, at, packed FROM change WHERE account = ? AND modseq > ? ORDER BY modseq, mailbox',
  )
  const oldestAt = database
    .prepare('SELECT at FROM change WHERE account = ? AND modseq > ? ORDER BY modseq LIMIT 1')
    .pluck()
  const endedAt = database.prepare(
    `SELECT id, ordinal FROM membership WHERE id BETWEEN (? << 32) | ? AND (? << 32) | ? AND ended = ?
     LIMIT ${messagesAtOnce}`,
  )
  const stillEnded = database.prepare(
    'SELECT 1 FROM membership WHERE id >> 32 = ? AND ordinal = ? AND ended IS NOT NULL LIMIT 1',
  )
  const hasEnded = database.prepare('SELECT 1 FROM membership WHERE id >> 32 = ? AND ended IS NOT NULL LIMIT 1')
  const dropMembership = database.prepare('DELETE FROM membership WHERE id = ?')
  const dropMessage = database.prepare('DELETE FROM message WHERE id = (? << 32) | ?')
  const dropWire = database.prepare('DELETE FROM message_wire WHERE id = (? << 32) | ?')
  const advance = database.prepare('UPDATE account SET purged_to = ? WHERE id = ?')
  const leave = database.prepare('UPDATE mailbox SET account = -? WHERE account = ? AND id = ? AND removed = ?')
  const leaving = database.prepare(
    `SELECT mailbox.id, account.id AS owner FROM mailbox JOIN account ON account.id = -mailbox.account
     WHERE mailbox.account < 0 AND removed IS NOT NULL LIMIT 1`,
  )
  const membersOf = database.prepare(
    `SELECT id, ordinal FROM membership WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ${messagesAtOnce}`,
  )
  const dropMailbox = [
    'DELETE FROM keyword WHERE mailbox = ?',
    'DELETE FROM view WHERE mailbox = ?',
    'DELETE FROM mailbox WHERE id = ?',
  ].map(sql => database.prepare(sql))
  let last = 0

  /** Those of the ordinals that stand in no mailbox of the account, be it there or removed, nor in its near past. */
  const orphans = (account: AccountPage, ordinals: Set<number>): ReadonlySet<number> => {
    const past: number[] = []
    for (const { id, removed, exists, highestModseq } of rows.mailboxes(account.id)) {
      if (hasEnded.get(id)) past.push(id)
      if (exists === 0) continue
      const box = removed === null ? book.box(account, id) : undefined
      const state = { id, account: account.id, exists, highestModseq }
      const { view } = box ? book.ledger(box) : book.loader.load(state)
      for (let i = 0; i < view.count && ordinals.size > 0; i++) ordinals.delete(view.ordinal[i] as number)
    }
    for (const ordinal of ordinals) if (past.some(id => stillEnded.get(id, ordinal))) ordinals.delete(ordinal)
    return ordinals
  }

  const drop = (account: AccountPage, members: readonly Member[]): void => {
    for (const { id } of members) dropMembership.run(id)
    if (members.length === 0) return
    for (const ordinal of orphans(account, new Set(members.map(each => each.ordinal)))) {
      dropMessage.run(account.id, ordinal)
      dropWire.run(account.id, ordinal)
    }
  }

  /** The memberships that one change ended and that nobody has purged. */
  const endedBy = ({ modseq, mailbox, kind, packed }: OldChange): readonly Member[] => {
    const what = unpackChange(kind, packed, [])
    if (what.kind !== 'expunged' || what.uids.length === 0) return []
    const { uids } = what
    return endedAt.all(mailbox, uids[0], mailbox, uids.at(-1), modseq) as Member[]
  }

  /**
   * Some of a mailbox that is on its way out: its row bears the owner's number below zero, so that nobody finds it.
   * When the owner is removed meanwhile, it waits with all the rest: for the sweep, or for the owner's return.
   */
  const stepLeaving = (): boolean => {
    const box = leaving.get() as { id: number; owner: number } | undefined
    if (!box) return false
    const members = membersOf.all(box.id, box.id) as Member[]
    const owner = book.account(box.owner)
    if (!owner) return false
    if (members.length > 0) drop(owner, members)
    else for (const statement of dropMailbox) statement.run(box.id)
    return true
  }

  /** Some of what ended long ago in one account; true when it has more of it. */
  const stepAccount = (account: AccountPage, purgedTo: number, before: number): boolean => {
    const members: Member[] = []
    const removed: [mailbox: number, modseq: number][] = []
    /** All changes of `done` and before are dealt with; those of `current` are being so. */
    let [done, current] = [purgedTo, purgedTo]
    let looked = 0
    let more = false
    for (const change of oldChanges.iterate(account.id, purgedTo) as IterableIterator<OldChange>) {
      if (change.at >= before) break
      if (change.modseq > current) {
        done = current
        more = looked >= changesAtOnce || members.length >= messagesAtOnce
        if (more) break
        current = change.modseq
      }
      looked++
      if (change.kind === kindNumbers.removed) removed.push([change.mailbox, change.modseq])
      if (change.kind !== kindNumbers.expunged) continue
      const some = endedBy(change)
      for (const one of some) members.push(one)
      // What is dropped now is not found again: the next step goes on with the rest of this change.
      more = some.length === messagesAtOnce
      if (more) break
    }
    if (!more) done = current
    for (const [mailbox, modseq] of removed) leave.run(account.id, account.id, mailbox, modseq)
    drop(account, members)
    if (done > purgedTo) advance.run(done, account.id)
    return more
  }

  return before => {
    if (stepLeaving()) return true
    const found = next.get(last) as { id: number; purgedTo: number } | undefined
    last = found?.id ?? 0
    if (!found) return false
    // Most accounts have nothing old: they are not read for that.
    const oldest = oldestAt.get(found.id, found.purgedTo) as number | undefined
    const account = oldest !== undefined && oldest < before ? book.account(found.id) : undefined
    if (account && stepAccount(account, found.purgedTo, before)) last--
    return true
  }
}
