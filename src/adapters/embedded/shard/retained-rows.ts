import type { Database } from '../database.ts'

/** A message that is no longer in its mailbox, as its row shows it. */
export interface EndedRow {
  readonly uid: number
  readonly ordinal: number
  readonly low: number
  readonly high: number
  readonly ended: number
  readonly at: number
  readonly size: number
  readonly received: number
}

export interface RetainedMailboxRow {
  readonly id: number
  readonly name: string
  readonly removed: number | null
  readonly exists: number
  readonly bytes: number
  readonly highestModseq: number
}

/** What can be brought back of one account; the same from the writer's connection and from one that only reads. */
export interface RetainedRows {
  mailboxes(account: number): readonly RetainedMailboxRow[]
  mailbox(account: number, id: number): RetainedMailboxRow | undefined
  /** When the change of this modseq was made; `undefined` when nobody knows any more. */
  timeOf(account: number, modseq: number, mailbox: number): number | undefined
  countEnded(mailbox: number): number
  /** Those that were expunged, behind a UID, rising. */
  ended(account: number, mailbox: number, after: number, limit: number): readonly EndedRow[]
  factsOf(account: number, ordinal: number): { readonly size: number; readonly received: number } | undefined
}

export function readRetainedRows(database: Database): RetainedRows {
  const columns = 'id, name, removed, exists_count AS "exists", bytes, highest_modseq AS highestModseq'
  const all = database.prepare(`SELECT ${columns} FROM mailbox WHERE account = ? ORDER BY name, id`)
  const one = database.prepare(`SELECT ${columns} FROM mailbox WHERE account = ? AND id = ?`)
  const time = database.prepare('SELECT at FROM change WHERE account = ? AND modseq = ? AND mailbox = ?').pluck()
  const count = database.prepare('SELECT count(*) FROM membership WHERE id >> 32 = ? AND ended IS NOT NULL').pluck()
  const endedRows = database.prepare(
    `SELECT membership.id & 4294967295 AS uid, ordinal, coalesce(low, 0) AS low, coalesce(high, 0) AS high, ended,
       coalesce(change.at, 0) AS at, size, received
     FROM membership JOIN message ON message.id = (? << 32) | ordinal
     LEFT JOIN change ON change.account = ? AND change.modseq = ended AND change.mailbox = ?
     WHERE membership.id > (? << 32) | ? AND membership.id <= (? << 32) | 4294967295 AND ended IS NOT NULL
     ORDER BY membership.id LIMIT ?`,
  )
  const facts = database.prepare('SELECT size, received FROM message WHERE id = (? << 32) | ?')
  return {
    mailboxes: account => all.all(account) as RetainedMailboxRow[],
    mailbox: (account, id) => one.get(account, id) as RetainedMailboxRow | undefined,
    timeOf: (account, modseq, mailbox) => time.get(account, modseq, mailbox) as number | undefined,
    countEnded: mailbox => count.get(mailbox) as number,
    ended: (account, mailbox, after, limit) =>
      endedRows.all(account, account, mailbox, mailbox, after, mailbox, limit) as EndedRow[],
    factsOf: (account, ordinal) => facts.get(account, ordinal) as { size: number; received: number } | undefined,
  }
}
