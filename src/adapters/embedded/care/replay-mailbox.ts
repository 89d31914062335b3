import { type AccountId, type Change, type MailboxId, makeView, modseq as toModseq } from '#mail/store'
import type { Database } from '../database.ts'
import { applyToLedger } from '../shard/ledger.ts'
import { unpackChange } from '../shard/pack-change.ts'
import { type Ledger, unpackView } from '../shard/pack-view.ts'

export interface MailboxRow {
  readonly id: number
  readonly account: number
  readonly name: string
  readonly uidValidity: number
  readonly uidNext: number
  readonly exists: number
  readonly unseen: number
  readonly bytes: number
  readonly highestModseq: number
}

export interface Replayed {
  readonly ledger: Ledger
  /** The greatest UID that any change has given or taken. */
  readonly greatestUid: number
  readonly greatestModseq: number
  readonly changes: number
}

/** What a mailbox holds according to its changes alone, and according to its checkpoint and those behind it. */
export interface Replays {
  keywords(mailbox: number): readonly { readonly place: number; readonly name: string }[]
  /** Throws on a change that cannot be read. */
  fromChanges(mailbox: MailboxRow): Replayed
  /** Undefined when there is no checkpoint; a text when it is broken. */
  fromCheckpoint(mailbox: MailboxRow): Ledger | string | undefined
}

export function makeReplays(database: Database): Replays {
  const keywords = database.prepare<[number], { place: number; name: string }>(
    'SELECT place, name FROM keyword WHERE mailbox = ? ORDER BY place',
  )
  const view = database.prepare<[number], { upTo: number; columns: Uint8Array }>(
    'SELECT up_to AS upTo, columns FROM view WHERE mailbox = ?',
  )
  const changes = database.prepare<[number, number, number], { modseq: number; kind: number; packed: Uint8Array }>(
    'SELECT modseq, kind, packed FROM change WHERE account = ? AND modseq > ? AND mailbox = ? ORDER BY modseq',
  )

  const replay = (ledger: Ledger, { id, account }: MailboxRow, names: readonly string[]): Replayed => {
    let greatestUid = 0
    let greatestModseq = 0
    let count = 0
    for (const { modseq, kind, packed } of changes.iterate(account, ledger.view.upTo, id)) {
      const what = unpackChange(kind, packed, names)
      if ('uids' in what) greatestUid = Math.max(greatestUid, what.uids.at(-1) ?? 0)
      applyToLedger(ledger, {
        account: account as AccountId,
        mailbox: id as MailboxId,
        modseq: toModseq(modseq),
        what,
      } satisfies Change)
      greatestModseq = modseq
      count++
    }
    return { ledger, greatestUid, greatestModseq, changes: count }
  }
  const namesOf = (mailbox: number): readonly string[] => keywords.all(mailbox).map(({ name }) => name)

  return {
    keywords: mailbox => keywords.all(mailbox),
    fromChanges(mailbox) {
      const names = namesOf(mailbox.id)
      return replay({ view: makeView(toModseq(0), names), size: new Uint32Array(0) }, mailbox, names)
    },
    fromCheckpoint(mailbox) {
      const row = view.get(mailbox.id)
      if (!row) return undefined
      const names = namesOf(mailbox.id)
      const start = unpackView(row.columns, toModseq(row.upTo), names)
      if (!start) return 'the checkpoint is broken'
      if (row.upTo > mailbox.highestModseq) return 'the checkpoint is newer than the mailbox'
      return replay(start, mailbox, names).ledger
    },
  }
}

/** Do both show the same messages with the same flags? */
export function sameLedger(one: Ledger, other: Ledger): boolean {
  const { count } = one.view
  if (count !== other.view.count) return false
  for (const column of ['uid', 'ordinal', 'low', 'high', 'modseq'] as const)
    for (let at = 0; at < count; at++) if (one.view[column][at] !== other.view[column][at]) return false
  for (let at = 0; at < count; at++) if (one.size[at] !== other.size[at]) return false
  return true
}
