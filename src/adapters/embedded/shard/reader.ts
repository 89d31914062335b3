import type { RightsEntry, Who } from '#mail/rights'
import {
  type AccountState,
  type Change,
  type Grant,
  type Mailbox,
  type MailboxId,
  modseq,
  type Quota,
  type SharedAccount,
  type SpecialUse,
  uid,
  uidValidity,
} from '#mail/store'
import { type Database, openReader } from '../database.ts'
import type { AccountPage } from './book.ts'
import { type AccessRow, entryOf } from './change-rights.ts'
import { makeViewLoader } from './load-view.ts'
import { unpackChange } from './pack-change.ts'
import type { Ledger } from './pack-view.ts'
import { quotaOf } from './quota-of.ts'
import { type RetainedRows, readRetainedRows } from './retained-rows.ts'

/** A mailbox's view as one moment of the file shows it. */
export interface LoadedMailbox {
  readonly mailbox: Mailbox
  readonly ledger: Ledger
}

export interface ChangeSlice {
  readonly changes: readonly Change[]
  readonly more: boolean
}

/** The main thread's own connection to a shard: small reads, each of one moment. */
export interface ShardReader {
  readonly database: Database
  hasAccount(account: number): boolean
  accountState(account: number): AccountState
  quota(account: number): Quota | undefined
  readonly retained: RetainedRows
  keywords(mailbox: number): readonly string[]
  /** The view of a mailbox as it was when it was removed. */
  loadRemoved(account: number, mailbox: number): Ledger | undefined
  /** Those whose name comes behind `after`, in the order of their names. */
  mailboxes(account: number, after: string, limit: number): readonly Mailbox[]
  findMailbox(account: number, name: string): Mailbox | undefined
  uidValidity(mailbox: number): number | undefined
  /** The weight of the changes behind the mailbox's checkpoint: what `load` has to replay. */
  pending(mailbox: number): number
  subscriptions(account: number): readonly string[]
  rights(account: number, mailbox: number): readonly RightsEntry[]
  /** Of the mailboxes behind `after`, by rising ids, each with all entries of these names. */
  grants(names: readonly Who[], after: number, limit: number): readonly Grant[]
  sharedAccounts(): readonly SharedAccount[]
  /** The greatest account that is or was here. */
  lastAccount(): number
  load(account: number, mailbox: number): LoadedMailbox | undefined
  /** All changes of a modseq or none: whoever asks again from the last one misses nothing. */
  changes(account: number, after: number, limit: number): ChangeSlice
  close(): void
}

const columns = `id, name, special_use AS specialUse, uid_validity AS uidValidity, uid_next AS uidNext,
  exists_count AS "exists", unseen, bytes, highest_modseq AS highestModseq`

export function openShardReader(file: string): ShardReader {
  const database = openReader(file)
  const loader = makeViewLoader(database)
  const account = database.prepare('SELECT 1 FROM account WHERE id = ?')
  const restorable = database.prepare('SELECT 1 FROM removed_account WHERE id = ? AND swept = 0 AND modseq IS NOT NULL')
  const quotaRow = database.prepare(
    `SELECT bytes, messages, most_bytes AS mostBytes, most_messages AS mostMessages FROM account WHERE id = ?`,
  )
  const list = database.prepare(
    `SELECT ${columns} FROM mailbox WHERE account = ? AND name > ? AND removed IS NULL ORDER BY name LIMIT ?`,
  )
  const byName = database.prepare(`SELECT ${columns} FROM mailbox WHERE account = ? AND name = ? AND removed IS NULL`)
  const byId = database.prepare(`SELECT ${columns} FROM mailbox WHERE id = ? AND account = ? AND removed IS NULL`)
  const validityOf = database.prepare('SELECT uid_validity FROM mailbox WHERE id = ?').pluck()
  const pendingOf = database.prepare('SELECT pending FROM mailbox WHERE id = ?').pluck()
  const subscriptions = database.prepare('SELECT name FROM subscription WHERE account = ? ORDER BY name').pluck()
  const changesAfter = database.prepare(
    `SELECT modseq, mailbox, kind, packed FROM change WHERE account = ? AND modseq > ?
     ORDER BY modseq, mailbox LIMIT ?`,
  )
  const changesAt = database.prepare(
    'SELECT modseq, mailbox, kind, packed FROM change WHERE account = ? AND modseq = ? AND mailbox > ? ORDER BY mailbox',
  )

  const rights = database.prepare(
    `SELECT who, negative, rights FROM access JOIN mailbox ON mailbox.id = access.mailbox
     WHERE access.mailbox = ? AND account = ? AND removed IS NULL ORDER BY who, negative`,
  )
  const grants = database.prepare(
    `WITH name AS (SELECT value FROM json_each(?)), granted AS (
       SELECT DISTINCT access.mailbox FROM access JOIN mailbox ON mailbox.id = access.mailbox
       WHERE who IN name AND access.mailbox > ? AND removed IS NULL ORDER BY access.mailbox LIMIT ?)
     SELECT ${columns}, account, who, negative, rights FROM granted JOIN mailbox ON mailbox.id = granted.mailbox
       JOIN access ON access.mailbox = granted.mailbox
     WHERE who IN name ORDER BY id, who, negative`,
  )
  const sharedAccounts = database.prepare('SELECT account, name FROM shared_account')
  const lastAccount = database
    .prepare('SELECT max((SELECT ifnull(max(id), 0) FROM account), (SELECT ifnull(max(id), 0) FROM removed_account))')
    .pluck()

  const load = database.transaction((owner: number, id: number): LoadedMailbox | undefined => {
    const row = byId.get(id, owner) as MailboxRow | undefined
    if (!row) return undefined
    const { exists, highestModseq } = row
    return { mailbox: mailboxOf(row), ledger: loader.load({ id, account: owner, exists, highestModseq }) }
  })

  const retained = readRetainedRows(database)
  const loadRemoved = database.transaction((owner: number, id: number): Ledger | undefined => {
    const row = retained.mailbox(owner, id)
    if (!row || row.removed === null) return undefined
    return loader.load({ id, account: owner, exists: row.exists, highestModseq: row.highestModseq })
  })

  const changes = database.transaction((owner: number, after: number, limit: number): ChangeSlice => {
    const rows = changesAfter.all(owner, after, limit) as ChangeRow[]
    const last = rows.at(-1)
    if (last && rows.length === limit) rows.push(...(changesAt.all(owner, last.modseq, last.mailbox) as ChangeRow[]))
    const keywords = new Map<number, readonly string[]>()
    const keywordsOf = (mailbox: number): readonly string[] => {
      const known = keywords.get(mailbox) ?? loader.keywords(mailbox)
      keywords.set(mailbox, known)
      return known
    }
    const decoded = rows.map(row => ({
      account: owner as Change['account'],
      mailbox: row.mailbox as MailboxId,
      modseq: modseq(row.modseq),
      what: unpackChange(row.kind, row.packed, keywordsOf(row.mailbox)),
    }))
    return { changes: decoded, more: rows.length >= limit }
  })

  return {
    database,
    load,
    changes,
    retained,
    keywords: id => loader.keywords(id),
    loadRemoved,
    hasAccount: id => account.get(id) !== undefined,
    accountState: id =>
      account.get(id) !== undefined ? 'there' : restorable.get(id) !== undefined ? 'removed' : 'gone',
    quota(id) {
      const row = quotaRow.get(id) as AccountPage | undefined
      return row && quotaOf(row)
    },
    mailboxes: (owner, after, limit) => (list.all(owner, after, limit) as MailboxRow[]).map(mailboxOf),
    findMailbox(owner, name) {
      const row = byName.get(owner, name) as MailboxRow | undefined
      return row && mailboxOf(row)
    },
    uidValidity: id => validityOf.get(id) as number | undefined,
    pending: id => Number(pendingOf.get(id) ?? 0),
    subscriptions: owner => subscriptions.all(owner) as string[],
    rights: (owner, id) => (rights.all(id, owner) as AccessRow[]).map(entryOf),
    grants: (names, after, limit) =>
      grantsOf(grants.all(JSON.stringify(names), after, limit) as (MailboxRow & AccessRow & { account: number })[]),
    sharedAccounts: () => sharedAccounts.all() as SharedAccount[],
    lastAccount: () => Number(lastAccount.get()),
    close: () => void database.close(),
  }
}

interface ChangeRow {
  readonly modseq: number
  readonly mailbox: number
  readonly kind: number
  readonly packed: Uint8Array
}

interface MailboxRow {
  readonly id: number
  readonly name: string
  readonly specialUse: SpecialUse | null
  readonly uidValidity: number
  readonly uidNext: number
  readonly exists: number
  readonly unseen: number
  readonly bytes: number
  readonly highestModseq: number
}

function grantsOf(rows: readonly (MailboxRow & AccessRow & { readonly account: number })[]): readonly Grant[] {
  const found: { account: Grant['account']; mailbox: Mailbox; entries: RightsEntry[] }[] = []
  for (const row of rows) {
    const last = found.at(-1)
    if (last?.mailbox.id === row.id) last.entries.push(entryOf(row))
    else found.push({ account: row.account as Grant['account'], mailbox: mailboxOf(row), entries: [entryOf(row)] })
  }
  return found
}

const mailboxOf = (row: MailboxRow): Mailbox => ({
  id: row.id as MailboxId,
  name: row.name,
  uidValidity: uidValidity(row.uidValidity),
  uidNext: uid(row.uidNext),
  exists: row.exists,
  unseen: row.unseen,
  bytes: row.bytes,
  highestModseq: modseq(row.highestModseq),
  ...(row.specialUse && { specialUse: row.specialUse }),
})
