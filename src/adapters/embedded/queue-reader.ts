import { instant } from '#base/clock'
import { entryId, type QueueEntry, type RecipientState } from '#mail/queue'
import { encodeRef } from './content-ref.ts'
import { openReader } from './database.ts'
import { type FoundRow, marks } from './queue-op.ts'
import { recordLength } from './segment-record.ts'

/** Looks into the queue's index over a connection of its own, beside the writing thread. */
export interface QueueReader {
  list(): Promise<readonly QueueEntry[]>
  find(id: number): QueueEntry | undefined
  listDecisions(limit: number): readonly FoundRow[]
  /** Each segment that has to be there, and the least length it has to have. */
  listSegments(): readonly { readonly segment: number; readonly length: number }[]
  close(): void
}

interface StoredEntry {
  readonly id: number
  readonly received: number
  readonly sender: string
  readonly marks: number
  readonly segment: number
  readonly offset: number
  readonly size: number
  readonly local_prefix: number
  readonly recipients: string
  readonly states: string | null
}

/** A longer look would hold up the main thread. */
const slice = 200
/** The newest decisions are enough: those before them lie in segments whose length is known, or before these. */
const decisionsLookedAt = 2_000

export function openQueueReader(file: string): QueueReader {
  const database = openReader(file)
  const listEntries = database.prepare<[number], StoredEntry>(
    `SELECT * FROM entry WHERE id > ? ORDER BY id LIMIT ${slice}`,
  )
  const findEntry = database.prepare<[number], StoredEntry>('SELECT * FROM entry WHERE id = ?')
  const listDecisions = database.prepare<[number], FoundRow>(
    'SELECT entry, segment, offset, length FROM decision ORDER BY id DESC LIMIT ?',
  )
  const listSegments = database.prepare<[number, number], { segment: number; length: number }>(
    `SELECT segment, max(length) AS length FROM (
       SELECT number AS segment, coalesce(length, 0) AS length FROM segment
       UNION ALL SELECT segment, max(offset + size) + ? FROM entry GROUP BY segment
       UNION ALL SELECT segment, max(offset + length)
         FROM (SELECT * FROM decision ORDER BY id DESC LIMIT ?) GROUP BY segment
     ) GROUP BY segment ORDER BY segment`,
  )
  return {
    async list() {
      const found: QueueEntry[] = []
      for (;;) {
        const rows = listEntries.all(found.at(-1)?.id ?? 0)
        for (const row of rows) found.push(entryOf(row))
        if (rows.length < slice) return found
        await new Promise(resolve => setImmediate(resolve))
      }
    },
    find(id) {
      const row = findEntry.get(id)
      return row && entryOf(row)
    },
    listDecisions: limit => listDecisions.all(Math.max(0, limit)),
    listSegments: () => listSegments.all(recordLength(0), decisionsLookedAt),
    close: () => void database.close(),
  }
}

function entryOf(row: StoredEntry): QueueEntry {
  const addresses = JSON.parse(row.recipients) as string[]
  const states = row.states === null ? [] : (JSON.parse(row.states) as (RecipientState | null)[])
  return {
    id: entryId(row.id),
    received: instant(row.received),
    sender: row.sender,
    recipients: addresses.map((address, i) => ({ address, state: states[i] ?? { state: 'waiting' } })),
    smtpUtf8: (row.marks & marks.smtpUtf8) !== 0,
    eightBit: (row.marks & marks.eightBit) !== 0,
    content: {
      ref: encodeRef(row.segment, row.offset),
      size: row.size,
      dotted: (row.marks & marks.dotted) !== 0,
    },
    localPrefix: row.local_prefix,
  }
}
