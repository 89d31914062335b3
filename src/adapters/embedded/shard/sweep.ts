import type { Database } from '../database.ts'

/** Rows of one table that go in one step. */
const rowsAtOnce = 1000

export interface Sweep {
  /** Some rows of an account that was removed before this moment. False when there is nothing left to do. */
  step(before: number): boolean
  /** Looks at the next few delivery keys, and drops those that nobody can ask for any more. */
  keys(now: number): void
}

/** How long a delivery may be repeated: far beyond what a queue keeps trying. */
const keysLast = 90 * 24 * 3600 * 1000

/** Takes the rows of removed accounts away, in steps, so that nobody waits for a large one. */
export function makeSweep(database: Database): Sweep {
  const next = database.prepare('SELECT id FROM removed_account WHERE swept = 0 AND at < ? LIMIT 1').pluck()
  /** From here on it cannot come back: what is half gone is not restored. */
  const begin = database.prepare('UPDATE removed_account SET modseq = NULL WHERE id = ? AND modseq IS NOT NULL')
  const done = database.prepare('UPDATE removed_account SET swept = 1 WHERE id = ?')
  const nextMailbox = database
    .prepare('SELECT id FROM mailbox WHERE account IN (?, -?) AND removed IS NOT NULL LIMIT 1')
    .pluck()
  const ofMailbox = [
    'DELETE FROM membership WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    'DELETE FROM keyword WHERE mailbox BETWEEN ? AND ? LIMIT ?',
    'DELETE FROM access WHERE mailbox BETWEEN ? AND ? LIMIT ?',
    'DELETE FROM view WHERE mailbox BETWEEN ? AND ? LIMIT ?',
    'DELETE FROM mailbox WHERE id BETWEEN ? AND ? LIMIT ?',
  ].map(sql => database.prepare(sql))
  const ofAccount = [
    'DELETE FROM message_wire WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    'DELETE FROM message WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    ...['change', 'subscription', 'past_name'].map(
      table => `DELETE FROM ${table} WHERE account BETWEEN ? AND ? LIMIT ?`,
    ),
  ].map(sql => database.prepare(sql))

  const someKeys = database.prepare(
    `SELECT key, account, at FROM delivery_key WHERE (key, account) > (?, ?) ORDER BY key, account LIMIT ${rowsAtOnce}`,
  )
  const dropKey = database.prepare('DELETE FROM delivery_key WHERE key = ? AND account = ?')
  const isRemoved = database.prepare('SELECT 1 FROM removed_account WHERE id = ? AND swept = 1')
  let after: readonly [key: string, account: number] = ['', 0]

  return {
    keys(now) {
      const rows = someKeys.all(...after) as { key: string; account: number; at: number }[]
      for (const { key, account, at } of rows)
        if (at < now - keysLast || isRemoved.get(account)) dropKey.run(key, account)
      const last = rows.at(-1)
      after = last ? [last.key, last.account] : ['', 0]
    },
    step(before) {
      const account = next.get(before) as number | undefined
      if (account === undefined) return false
      if (begin.run(account).changes > 0) return true
      const mailbox = nextMailbox.get(account, account) as number | undefined
      const [statements, id] = mailbox === undefined ? [ofAccount, account] : [ofMailbox, mailbox]
      for (const statement of statements) if (statement.run(id, id, rowsAtOnce).changes > 0) return true
      done.run(account)
      return true
    },
  }
}
