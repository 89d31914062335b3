import { fail, ok } from '#base/result'
import { canonicalName, type SpecialUse } from '#mail/store'
import type { Database } from '../database.ts'
import type { Book } from './book.ts'
import type { MailboxWrites } from './mailbox-writes.ts'
import type { NewMailbox, OpOf, Outcome } from './op.ts'
import { kindNumbers, packChange } from './pack-change.ts'

export interface AccountWrites {
  create(op: OpOf<'create-account'>): Outcome<'create-account'>
  remove(op: OpOf<'remove-account'>): Outcome<'remove-account'>
  /** As it was when it was removed, as long as none of its rows is swept. */
  restore(op: OpOf<'restore-account'>): Outcome<'restore-account'>
  setQuota(op: OpOf<'set-quota'>): Outcome<'set-quota'>
}

export function makeAccountWrites(database: Database, book: Book, mailboxes: MailboxWrites): AccountWrites {
  const insert = database.prepare(
    'INSERT INTO account (id, modseq, next_ordinal, last_uid_validity) VALUES (?, 0, 1, 0)',
  )
  const wasRemoved = database.prepare('SELECT 1 FROM removed_account WHERE id = ?')
  const remember = database.prepare(
    `INSERT INTO removed_account (id, at, swept, modseq, next_ordinal, last_uid_validity, bytes, messages, most_bytes,
       most_messages, purged_to) SELECT id, ?, 0, ?, next_ordinal, last_uid_validity, bytes, messages, most_bytes,
       most_messages, purged_to FROM account WHERE id = ?`,
  )
  const bringBack = database.prepare(
    `INSERT INTO account (id, modseq, next_ordinal, last_uid_validity, bytes, messages, most_bytes, most_messages, purged_to)
     SELECT id, modseq, next_ordinal, last_uid_validity, bytes, messages, most_bytes, most_messages, purged_to
     FROM removed_account WHERE id = ? AND swept = 0 AND modseq IS NOT NULL`,
  )
  const reopen = database.prepare(
    'UPDATE mailbox SET removed = NULL WHERE account = ? AND removed = (SELECT modseq FROM removed_account WHERE id = ?)',
  )
  const forgive = database.prepare('DELETE FROM removed_account WHERE id = ?')
  const drop = database.prepare('DELETE FROM account WHERE id = ?')
  const close = database.prepare('UPDATE mailbox SET removed = ? WHERE account = ? AND removed IS NULL')
  const setQuota = database.prepare('UPDATE account SET most_bytes = ?, most_messages = ? WHERE id = ?')

  const share = database.prepare('INSERT INTO shared_account (account, name) VALUES (?, ?)')
  const unshare = database.prepare('DELETE FROM shared_account WHERE account = ?')

  return {
    create({ account: id, at, mailboxes: wanted, shared }) {
      // An account is given once: what was removed does not come back by a letter that was under way.
      if (!book.account(id) && wasRemoved.get(id)) return fail('no-such-account')
      const named = wanted.map(({ name, ...rest }) => ({ ...rest, name: canonicalName(name) }))
      if (!named.every((each): each is NewMailbox => each.name !== undefined)) return fail('invalid-name')

      if (!book.account(id)) {
        insert.run(id)
        if (shared !== undefined) share.run(id, shared)
      }
      const account = book.account(id)
      if (!account) throw new Error(`account ${id} was written and is not there`)
      const taken = new Set<SpecialUse>()
      for (const { specialUse } of account.boxes.values()) if (specialUse) taken.add(specialUse)
      // Whoever has renamed `Sent` has not lost it.
      const missing = [{ name: 'INBOX' }, ...(named as NewMailbox[])].filter(
        (each: NewMailbox, place, all) =>
          !account.boxes.has(each.name) &&
          !(each.specialUse && taken.has(each.specialUse)) &&
          all.findIndex(other => other.name === each.name) === place,
      )
      if (missing.length === 0) return ok(undefined)
      const created = book.nextModseq(account)
      for (const { name, specialUse } of missing as NewMailbox[]) mailboxes.add(account, at, created, name, specialUse)
      const subscribed = book.nextModseq(account)
      for (const { name } of missing) {
        const box = account.boxes.get(name)
        if (box && mailboxes.setSubscribed(account, name, true))
          book.record(box, at, subscribed, { kind: 'subscribed', name })
      }
      book.saveAccount(account)
      return ok(undefined)
    },

    restore({ account: id }) {
      if (book.account(id)) return ok(undefined)
      if (bringBack.run(id).changes === 0) return fail('no-such-account')
      reopen.run(id, id)
      forgive.run(id)
      return ok(undefined)
    },

    setQuota({ account: id, limits }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      account.mostBytes = limits.bytes
      account.mostMessages = limits.messages
      setQuota.run(limits.bytes, limits.messages, id)
      return ok(undefined)
    },

    remove({ account: id, at }) {
      const account = book.account(id)
      if (!account) return ok(undefined)
      const modseq = book.nextModseq(account)
      for (const box of account.boxes.values()) {
        const packed = packChange({ kind: 'removed', name: box.name }, 0)
        book.news.push({ mailbox: box.id, modseq, behind: box.highestModseq, kind: kindNumbers.removed, packed })
        box.removed = true
      }
      close.run(modseq, id)
      book.saveAccount(account)
      remember.run(at, modseq, id)
      drop.run(id)
      unshare.run(id)
      book.dropAccount(id, account)
      return ok(undefined)
    },
  }
}
