import { encodeRef } from '../content-ref.ts'
import type { Database } from '../database.ts'
import { packWire } from '../shard/pack-wire.ts'
import { summaryOf } from '../shard/summaries.ts'
import { makeAccountCheck } from './check-account.ts'
import type { Findings } from './finding.ts'
import type { Reference, References } from './references.ts'

export interface ShardCheck {
  readonly database: Database
  readonly shard: number
  readonly shards: number
  readonly findings: Findings
  readonly references: References
  readonly userOf: (account: number) => string
}

/** One shard as it is looked at: its accounts first, then what the segments hold for them. */
export interface CheckedShard {
  /** Its accounts, those removed as well. */
  readonly accounts: ReadonlySet<number>
  readonly removed: ReadonlySet<number>
  checkAccounts(onAccount: () => void): void
  checkKeys(): void
  isStill(reference: Reference, segment: number): boolean
  nameOf(reference: Reference): string
  /** I15: what is kept beside a content is what its bytes say. */
  compare(reference: Reference, payload: Uint8Array, dotted: boolean): void
}

const perAccount = 2 ** 32

export function openShardCheck(check: ShardCheck): CheckedShard {
  const { database, shard, shards, findings, userOf } = check
  const where = `shard ${shard}`
  const place = database.prepare('SELECT number, of FROM shard').get() as { number: number; of: number } | undefined
  if (place?.number !== shard || place.of !== shards)
    findings.lost(where, `the file is shard ${place?.number} of ${place?.of}, not ${shard} of ${shards}`)
  const accounts = new Set(database.prepare('SELECT id FROM account ORDER BY id').pluck().all() as number[])
  const removed = new Set(database.prepare('SELECT id FROM removed_account').pluck().all() as number[])
  for (const account of accounts) {
    if (account % shards !== shard)
      findings.lost(userOf(account), `stands in shard ${shard}, where nobody looks for it`)
    if (removed.has(account)) findings.lost(userOf(account), 'is there and removed at once')
  }

  const message = database.prepare<[number], { content: string; received: number; dotted: number; size: number }>(
    'SELECT content, received, dotted, size FROM message WHERE id = ?',
  )
  const wire = database.prepare<[number], Uint8Array>('SELECT packed FROM message_wire WHERE id = ?').pluck()
  const memberships = database.prepare<[number, number], { name: string; uid: number; ended: number | null }>(
    `SELECT b.name, m.id & 4294967295 AS uid, m.ended FROM mailbox b JOIN membership m
       ON m.id BETWEEN (b.id << 32) AND (b.id << 32) | 4294967295 WHERE b.account = ? AND m.ordinal = ?
     ORDER BY m.ended IS NOT NULL LIMIT 1`,
  )
  const nameOf = ({ id }: Reference): string => {
    const account = Math.floor(id / perAccount)
    const found = memberships.get(account, id % perAccount)
    const at = found
      ? `mailbox ${found.name}, UID ${found.uid}${found.ended === null ? '' : ' (expunged)'}`
      : `message ${id % perAccount}`
    return `${userOf(account)}, ${at}`
  }

  return {
    accounts,
    removed,
    nameOf,
    checkAccounts(onAccount) {
      const checkAccount = makeAccountCheck(database, check)
      for (const account of accounts) {
        checkAccount(account)
        onAccount()
      }
    },
    // Keys outlive what they delivered, and the mailbox it was in.
    checkKeys() {
      const strange = database.prepare(
        `SELECT k.key, k.account, k.uid, b.uid_next AS uidNext, b.account AS owner FROM delivery_key k
           JOIN account a ON a.id = k.account LEFT JOIN mailbox b ON b.id = k.mailbox
         WHERE CASE WHEN b.id IS NULL THEN k.mailbox > (SELECT seq FROM sqlite_sequence WHERE name = 'mailbox')
           ELSE b.account NOT IN (k.account, -k.account) OR k.uid >= b.uid_next END LIMIT 200`,
      )
      for (const { key, account } of strange.iterate() as IterableIterator<{ key: string; account: number }>)
        findings.lost(userOf(account), `the delivery key ${key} names a message that there never was`)
    },
    isStill: ({ id, offset }, segment) => message.get(id)?.content === encodeRef(segment, offset),
    compare(reference, payload, dotted) {
      const row = message.get(reference.id)
      if (!row) return
      if ((row.dotted === 1) !== dotted) findings.lost(nameOf(reference), 'the mark of lines with dots is wrong')
      const kept = wire.get(reference.id)
      // A missing one has been found already.
      if (kept && Buffer.compare(kept, packWire(summaryOf(payload), row.size, row.received)) !== 0)
        findings.derived(nameOf(reference), 'ENVELOPE, BODYSTRUCTURE or size are not those of its bytes')
    },
  }
}
