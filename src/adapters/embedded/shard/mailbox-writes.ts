import type { Instant } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import { canonicalName, firstSharedAccount, parentName, type SpecialUse, type StoreFailure } from '#mail/store'
import type { Database } from '../database.ts'
import { type AccountPage, type Book, type Box, mailboxOf } from './book.ts'
import type { Copies } from './copy-messages.ts'
import type { OpOf, Outcome } from './op.ts'

export interface MailboxWrites {
  create(op: OpOf<'create-mailbox'>): Outcome<'create-mailbox'>
  remove(op: OpOf<'remove-mailbox'>): Outcome<'remove-mailbox'>
  rename(op: OpOf<'rename-mailbox'>): Outcome<'rename-mailbox'>
  subscribe(op: OpOf<'subscribe'>): Outcome<'subscribe'>
  /** Makes one mailbox, its parents being there; the caller has judged the name and saves the account. */
  add(account: AccountPage, at: Instant, modseq: number, name: string, specialUse?: SpecialUse): Box
  /** True when it was not so before; the caller records it. */
  setSubscribed(account: AccountPage, name: string, subscribed: boolean): boolean
}

export function makeMailboxWrites(database: Database, book: Book, copies: Copies, most: number): MailboxWrites {
  const insert = database.prepare(
    `INSERT INTO mailbox (account, name, special_use, uid_validity, uid_next, exists_count, unseen, bytes,
       highest_modseq, pending) VALUES (?, ?, ?, ?, 1, 0, 0, 0, ?, 0)`,
  )
  const remove = database.prepare('UPDATE mailbox SET removed = ? WHERE id = ?')
  const rename = database.prepare('UPDATE mailbox SET name = ?, uid_validity = ? WHERE id = ?')
  const loseName = database.prepare(
    `INSERT INTO past_name (account, name, uid_validity) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET uid_validity = max(uid_validity, excluded.uid_validity)`,
  )
  const pastName = database.prepare('SELECT uid_validity FROM past_name WHERE account = ? AND name = ?').pluck()
  const inherit = database.prepare(
    'INSERT INTO access (mailbox, who, negative, rights) SELECT ?, who, negative, rights FROM access WHERE mailbox = ?',
  )
  const dropRights = database.prepare('DELETE FROM access WHERE mailbox = ?')
  const subscribe = database.prepare('INSERT INTO subscription (account, name) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const unsubscribe = database.prepare('DELETE FROM subscription WHERE account = ? AND name = ?')

  /** RFC 9051 §2.3.1.1: greater than any that a mailbox of this account ever had, so names may come and go. */
  const nextValidity = (account: AccountPage, at: Instant): number => {
    account.lastUidValidity = Math.max(account.lastUidValidity + 1, Math.min(Math.floor(at / 1000), 0x7fffffff))
    return account.lastUidValidity
  }

  const add: MailboxWrites['add'] = (account, at, modseq, name, specialUse) => {
    const validity = nextValidity(account, at)
    const { lastInsertRowid } = insert.run(account.id, name, specialUse ?? null, validity, modseq)
    const box = book.addBox({
      id: Number(lastInsertRowid),
      account,
      name,
      specialUse,
      uidValidity: validity,
      uidNext: 1,
      exists: 0,
      unseen: 0,
      bytes: 0,
      highestModseq: modseq,
      pending: 0,
    })
    book.record(box, at, modseq, { kind: 'created', name })
    // RFC 4314 §4, CREATE. In a shared tree INBOX is the folder that all others lie below.
    const parent = parentName(name) ?? (account.id >= firstSharedAccount && name !== 'INBOX' ? 'INBOX' : undefined)
    const above = parent === undefined ? undefined : account.boxes.get(parent)
    if (above) inherit.run(box.id, above.id)
    return box
  }

  /** The missing among a name's parents, the highest first. */
  const missingParents = (account: AccountPage, name: string): string[] => {
    const missing: string[] = []
    for (let at = parentName(name); at !== undefined && !account.boxes.has(at); at = parentName(at)) missing.unshift(at)
    return missing
  }

  const judgeNew = (account: AccountPage, name: string): Result<string[], StoreFailure> => {
    if (account.boxes.has(name)) return fail('mailbox-exists')
    const missing = missingParents(account, name)
    return account.boxes.size + missing.length < most ? ok(missing) : fail('too-many-mailboxes')
  }

  const setSubscribed: MailboxWrites['setSubscribed'] = (account, name, subscribed) =>
    (subscribed ? subscribe : unsubscribe).run(account.id, name).changes > 0

  return {
    add,
    setSubscribed,

    create({ account: id, at, name: wanted, specialUse }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const name = canonicalName(wanted)
      if (name === undefined) return fail('invalid-name')
      const judged = judgeNew(account, name)
      if (!judged.ok) return judged
      const modseq = book.nextModseq(account)
      for (const parent of judged.value) add(account, at, modseq, parent)
      const box = add(account, at, modseq, name, specialUse)
      book.saveAccount(account)
      return ok(mailboxOf(box))
    },

    /** One row, however much was in it: the rest stays, out of everybody's sight, until it is purged. */
    remove({ account: id, at, name: wanted }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const name = canonicalName(wanted)
      const box = name === undefined ? undefined : account.boxes.get(name)
      if (!box) return fail('no-such-mailbox')
      if (box.name === 'INBOX') return fail('inbox-stays')
      if (below(account, box.name).length > 0) return fail('has-children')
      const modseq = book.nextModseq(account)
      book.record(box, at, modseq, { kind: 'removed', name: box.name })
      remove.run(modseq, box.id)
      dropRights.run(box.id)
      loseName.run(account.id, box.name, box.uidValidity)
      account.boxes.delete(box.name)
      account.bytes -= box.bytes
      account.messages -= box.exists
      box.removed = true
      book.dropBox(box)
      book.saveAccount(account)
      return ok(undefined)
    },

    rename({ account: id, at, from, to: wanted }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const to = canonicalName(wanted)
      const box = account.boxes.get(canonicalName(from) ?? '')
      if (!box) return fail('no-such-mailbox')
      if (to === undefined) return fail('invalid-name')
      const old = box.name
      const moved = old === 'INBOX' ? [] : [box, ...below(account, old)]
      const names = moved.map(each => to + each.name.slice(old.length))
      if (names.some(name => canonicalName(name) !== name)) return fail('invalid-name')
      if (old !== 'INBOX' && to.startsWith(`${old}/`)) return fail('invalid-name')
      const judged = judgeNew(account, to)
      if (!judged.ok) return judged

      const modseq = book.nextModseq(account)
      for (const parent of judged.value) add(account, at, modseq, parent)
      if (old === 'INBOX') copies.moveAll(box, add(account, at, modseq, to), at)
      for (const [place, each] of moved.entries()) {
        const name = names[place] as string
        loseName.run(account.id, each.name, each.uidValidity)
        account.boxes.delete(each.name)
        // The name may have had a greater UIDVALIDITY before: clients know it by that (RFC 9051 §2.3.1.1).
        const past = Number(pastName.get(account.id, name) ?? 0)
        if (past > each.uidValidity) each.uidValidity = nextValidity(account, at)
        each.name = name
        account.boxes.set(name, each)
        rename.run(name, each.uidValidity, each.id)
        book.record(each, at, modseq, { kind: 'renamed', name })
      }
      book.saveAccount(account)
      return ok(undefined)
    },

    subscribe({ account: id, at, name: wanted, subscribed }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      // What has been subscribed somehow must be possible to unsubscribe.
      const name = canonicalName(wanted) ?? (subscribed ? undefined : wanted)
      if (name === undefined) return fail('invalid-name')
      if (!setSubscribed(account, name, subscribed)) return ok(undefined)
      const what = { kind: subscribed ? 'subscribed' : 'unsubscribed', name } as const
      const box = account.boxes.get(name)
      if (box) book.record(box, at, book.nextModseq(account), what)
      else book.recordName(account, at, what)
      book.saveAccount(account)
      return ok(undefined)
    },
  }
}

const below = (account: AccountPage, name: string): Box[] => {
  const prefix = `${name}/`
  return [...account.boxes.values()].filter(box => box.name.startsWith(prefix))
}
