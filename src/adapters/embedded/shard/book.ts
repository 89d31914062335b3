import type { Instant } from '#base/clock'
import {
  type Change,
  type Mailbox,
  type MailboxChange,
  type MailboxId,
  modseq,
  type SpecialUse,
  uid,
  uidValidity,
} from '#mail/store'
import type { Database } from '../database.ts'
import { applyToLedger } from './ledger.ts'
import { makeViewLoader } from './load-view.ts'
import type { News, ShardLimits } from './op.ts'
import { kindNumbers, packChange } from './pack-change.ts'
import type { Ledger } from './pack-view.ts'

/** An account as the writer holds it: what stands in its row, and its mailboxes by name. */
export interface AccountPage {
  readonly id: number
  modseq: number
  nextOrdinal: number
  lastUidValidity: number
  /** In all mailboxes that are there. */
  bytes: number
  messages: number
  mostBytes: number | null
  mostMessages: number | null
  readonly boxes: Map<string, Box>
}

/** A mailbox as the writer holds it. */
export interface Box {
  readonly id: number
  readonly account: AccountPage
  name: string
  specialUse: SpecialUse | undefined
  uidValidity: number
  uidNext: number
  exists: number
  unseen: number
  bytes: number
  highestModseq: number
  /** The weight of the changes behind its checkpoint. */
  pending: number
  keywords: readonly string[] | undefined
  removed: boolean
}

const boxColumns = `id, name, special_use AS specialUse, uid_validity AS uidValidity, uid_next AS uidNext,
  exists_count AS "exists", unseen, bytes, highest_modseq AS highestModseq, pending`

/** A change of messages weighs as a row and a little for each of them. */
export const changeWeight = (messages: number): number => 1 + (messages >>> 4)

/**
 * The writer's memory of its file: rows it has read and written through. Whoever rolls back must `forget`.
 */
export class Book {
  readonly database: Database
  readonly loader: ReturnType<typeof makeViewLoader>
  /** What the operation at hand has changed, for those who watch. */
  news: News[] = []
  /** Mailboxes that have changed since the checkpoints were last looked at. */
  readonly touched = new Set<Box>()
  readonly #limits: ShardLimits
  readonly #accounts = new Map<number, AccountPage>()
  #newest: AccountPage | undefined
  readonly #boxes = new Map<number, Box>()
  readonly #ledgers = new Map<number, Ledger>()
  readonly #sql: Statements

  constructor(database: Database, limits: ShardLimits) {
    this.database = database
    this.loader = makeViewLoader(database)
    this.#limits = limits
    this.#sql = prepare(database)
  }

  forget(): void {
    this.#accounts.clear()
    this.#newest = undefined
    this.#boxes.clear()
    this.#ledgers.clear()
    this.touched.clear()
    this.news = []
  }

  account(id: number): AccountPage | undefined {
    const page = this.#accounts.get(id)
    if (!page) return this.#readAccount(id)
    if (this.#newest === page) return page
    // Moved to the end: the first is the one that was not asked for longest.
    this.#accounts.delete(id)
    this.#accounts.set(id, page)
    this.#newest = page
    return page
  }

  /** For those who measure. */
  get atHand(): { readonly accounts: number; readonly mailboxes: number } {
    return { accounts: this.#accounts.size, mailboxes: this.#boxes.size }
  }

  /** A mailbox of the account, by its id. */
  box(account: AccountPage, id: number): Box | undefined {
    const box = this.#boxes.get(id)
    return box && box.account === account && !box.removed ? box : undefined
  }

  #readAccount(id: number): AccountPage | undefined {
    const row = this.#sql.readAccount.get(id) as Omit<AccountPage, 'boxes'> | undefined
    if (!row) return undefined
    const page: AccountPage = { ...row, boxes: new Map() }
    for (const each of this.#sql.readBoxes.iterate(id)) this.addBox({ ...(each as Box), account: page })
    this.keep(page)
    return page
  }

  keep(page: AccountPage): void {
    this.#accounts.set(page.id, page)
    this.#newest = page
    const { accountsAtHand, mailboxesAtHand } = this.#limits
    for (const [oldest, other] of this.#accounts) {
      const isFull = this.#accounts.size > accountsAtHand || this.#boxes.size > mailboxesAtHand
      if (!isFull || other === page) break
      this.dropAccount(oldest, other)
    }
  }

  dropAccount(id: number, page: AccountPage): void {
    this.#accounts.delete(id)
    if (this.#newest === page) this.#newest = undefined
    for (const box of page.boxes.values()) this.dropBox(box)
  }

  /** Takes a mailbox that stands in the file into the memory. */
  addBox(row: Omit<Box, 'keywords' | 'removed'>): Box {
    const box: Box = { ...row, specialUse: row.specialUse ?? undefined, keywords: undefined, removed: false }
    box.account.boxes.set(box.name, box)
    this.#boxes.set(box.id, box)
    return box
  }

  dropBox(box: Box): void {
    this.#boxes.delete(box.id)
    this.#ledgers.delete(box.id)
    this.touched.delete(box)
  }

  keywords(box: Box): readonly string[] {
    box.keywords ??= this.loader.keywords(box.id)
    return box.keywords
  }

  addKeyword(box: Box, name: string): number {
    const known = this.keywords(box)
    this.#sql.addKeyword.run(box.id, known.length, name)
    box.keywords = [...known, name]
    return known.length
  }

  /** The mailbox's view, when it is at hand. */
  ledgerAtHand(box: Box): Ledger | undefined {
    return this.#ledgers.get(box.id)
  }

  ledger(box: Box): Ledger {
    const { exists, highestModseq } = box
    const known = this.#ledgers.get(box.id)
    const found = known ?? this.loader.load({ id: box.id, account: box.account.id, exists, highestModseq })
    this.#ledgers.delete(box.id)
    this.#ledgers.set(box.id, found)
    if (!known) this.#trim(box.id)
    return found
  }

  #trim(newest: number): void {
    let total = 0
    for (const { view } of this.#ledgers.values()) total += view.uid.length + 64
    for (const [id, { view }] of this.#ledgers) {
      if (total <= this.#limits.viewedMessages || id === newest) break
      total -= view.uid.length + 64
      this.#ledgers.delete(id)
    }
  }

  nextModseq(account: AccountPage): number {
    return modseq(++account.modseq)
  }

  saveAccount({ modseq, nextOrdinal, lastUidValidity, bytes, messages, id }: AccountPage): void {
    this.#sql.saveAccount.run(modseq, nextOrdinal, lastUidValidity, bytes, messages, id)
  }

  /** So many messages more in the mailbox, or fewer; whoever calls saves both pages. */
  count(box: Box, messages: number, unseen: number, bytes: number): void {
    box.exists += messages
    box.unseen += unseen
    box.bytes += bytes
    box.account.messages += messages
    box.account.bytes += bytes
  }

  /** Writes a change and the counters with it. `known`: how many keywords the mailbox had before. */
  record(box: Box, at: Instant, modseq: number, what: MailboxChange, known = 0): void {
    const messages = 'uids' in what ? what.uids.length : 0
    const ledger = this.#ledgers.get(box.id)
    if (ledger) {
      const { account, id } = box
      applyToLedger(ledger, { account: account.id, mailbox: id as MailboxId, modseq, what } as Change)
    }
    this.recordPacked(box, at, modseq, kindNumbers[what.kind], packChange(what, known), changeWeight(messages))
  }

  recordPacked(box: Box, at: Instant, modseq: number, kind: number, packed: Uint8Array, weight: number): void {
    this.#sql.addChange.run(box.account.id, modseq, box.id, kind, at, packed)
    this.news.push({ mailbox: box.id, modseq, behind: box.highestModseq, kind, packed })
    box.highestModseq = modseq
    box.pending += weight
    this.touched.add(box)
    this.saveBox(box)
  }

  /** A change that concerns a name without a mailbox. */
  recordName(account: AccountPage, at: Instant, what: MailboxChange): void {
    this.#sql.addChange.run(account.id, this.nextModseq(account), 0, kindNumbers[what.kind], at, packChange(what, 0))
  }

  saveBox({ uidNext, exists, unseen, bytes, highestModseq, pending, id }: Box): void {
    this.#sql.saveBox.run(uidNext, exists, unseen, bytes, highestModseq, pending, id)
  }
}

/** A mailbox as the port shows it. */
export const mailboxOf = (box: Box): Mailbox => ({
  id: box.id as MailboxId,
  name: box.name,
  uidValidity: uidValidity(box.uidValidity),
  uidNext: uid(box.uidNext),
  exists: box.exists,
  unseen: box.unseen,
  bytes: box.bytes,
  highestModseq: modseq(box.highestModseq),
  ...(box.specialUse && { specialUse: box.specialUse }),
})

type Statements = ReturnType<typeof prepare>

function prepare(database: Database) {
  return {
    readAccount: database.prepare<[number]>(
      `SELECT id, modseq, next_ordinal AS nextOrdinal, last_uid_validity AS lastUidValidity, bytes, messages,
         most_bytes AS mostBytes, most_messages AS mostMessages FROM account WHERE id = ?`,
    ),
    readBoxes: database.prepare<[number]>(`SELECT ${boxColumns} FROM mailbox WHERE account = ? AND removed IS NULL`),
    saveAccount: database.prepare(
      'UPDATE account SET modseq = ?, next_ordinal = ?, last_uid_validity = ?, bytes = ?, messages = ? WHERE id = ?',
    ),
    saveBox: database.prepare(
      `UPDATE mailbox SET uid_next = ?, exists_count = ?, unseen = ?, bytes = ?, highest_modseq = ?, pending = ?
       WHERE id = ?`,
    ),
    addKeyword: database.prepare('INSERT INTO keyword (mailbox, place, name) VALUES (?, ?, ?)'),
    addChange: database.prepare(
      'INSERT INTO change (account, modseq, mailbox, kind, at, packed) VALUES (?, ?, ?, ?, ?, ?)',
    ),
  } as const
}
