import type { Database } from '../database.ts'

/** Rows of one table that go in one step. */
const rowsAtOnce = 1000

/** Takes the rows of removed accounts away, in steps, so that nobody waits for a large one. */
export function makeSweep(database: Database): { step(): boolean } {
  const next = database.prepare('SELECT id FROM removed_account WHERE swept = 0 LIMIT 1').pluck()
  const done = database.prepare('UPDATE removed_account SET swept = 1 WHERE id = ?')
  const nextMailbox = database
    .prepare('SELECT id FROM mailbox WHERE account = ? AND removed IS NOT NULL LIMIT 1')
    .pluck()
  const ofMailbox = [
    'DELETE FROM membership WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    'DELETE FROM keyword WHERE mailbox BETWEEN ? AND ? LIMIT ?',
    'DELETE FROM view WHERE mailbox BETWEEN ? AND ? LIMIT ?',
    'DELETE FROM mailbox WHERE id BETWEEN ? AND ? LIMIT ?',
  ].map(sql => database.prepare(sql))
  const ofAccount = [
    'DELETE FROM message_wire WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    'DELETE FROM message WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 LIMIT ?',
    ...['change', 'delivery_key', 'subscription', 'past_name'].map(
      table => `DELETE FROM ${table} WHERE account BETWEEN ? AND ? LIMIT ?`,
    ),
  ].map(sql => database.prepare(sql))

  return {
    /** False when there is nothing left to do. */
    step() {
      const account = next.get() as number | undefined
      if (account === undefined) return false
      const mailbox = nextMailbox.get(account) as number | undefined
      const [statements, id] = mailbox === undefined ? [ofAccount, account] : [ofMailbox, mailbox]
      for (const statement of statements) if (statement.run(id, id, rowsAtOnce).changes > 0) return true
      done.run(account)
      return true
    },
  }
}
