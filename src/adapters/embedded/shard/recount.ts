import type { Database } from '../database.ts'
import type { Book } from './book.ts'

/** Milliseconds between two accounts that are counted anew: a shard of 10,000 takes some hours, and nobody notices. */
const between = 1_000

export interface Correction {
  readonly account: number
  readonly was: { readonly bytes: number; readonly messages: number }
  readonly is: { readonly bytes: number; readonly messages: number }
}

/**
 * Counts what accounts hold, one after the other, from their mailboxes. The count is kept with every write, so a
 * difference is damage or a bug: it is put right, and whoever calls tells it.
 */
export function makeRecount(database: Database, book: Book): (now: number) => Correction | undefined {
  const next = database.prepare('SELECT id FROM account WHERE id > ? ORDER BY id LIMIT 1').pluck()
  const counted = database.prepare(
    `SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(sum(exists_count), 0) AS messages FROM mailbox
     WHERE account = ? AND removed IS NULL`,
  )
  let last = 0
  let lastAt = Number.NEGATIVE_INFINITY

  return now => {
    if (now - lastAt < between) return undefined
    lastAt = now
    last = Number(next.get(last) ?? 0)
    const account = last === 0 ? undefined : book.account(last)
    if (!account) return undefined
    const is = counted.get(last) as Correction['is']
    const was = { bytes: account.bytes, messages: account.messages }
    if (is.bytes === was.bytes && is.messages === was.messages) return undefined
    account.bytes = is.bytes
    account.messages = is.messages
    book.saveAccount(account)
    return { account: last, was, is }
  }
}
