import type { Database } from '../database.ts'
import { recordLength } from '../segment-record.ts'
import type { Findings } from './finding.ts'
import { ofDecision, ofQueue, type Reference, type References } from './references.ts'

export interface CheckedQueue {
  /** The segments that have to be there, and how long they are at least. */
  readonly segments: ReadonlyMap<number, number>
  isStill(reference: Reference): boolean
  nameOf(reference: Reference): string
}

interface EntryRow {
  readonly id: number
  readonly segment: number
  readonly offset: number
  readonly size: number
  readonly count: number
  readonly recipients: string
  readonly states: string | null
}

/** Each letter refers to a content and has its recipients. I18. */
export function checkQueue(database: Database, findings: Findings, references: References): CheckedQueue {
  const reserved = database.prepare("SELECT value FROM counter WHERE name = 'next-entry'").pluck().get() as
    | number
    | undefined
  const entries = database.prepare<[], EntryRow>(
    'SELECT id, segment, offset, size, recipient_count AS count, recipients, states FROM entry ORDER BY id',
  )
  for (const { id, segment, offset, size, count, recipients, states } of entries.iterate()) {
    findings.counts.queued++
    references.addAt(segment, offset, size, ofQueue, id)
    const where = letterName(id)
    if (id >= (reserved ?? 0)) findings.lost(where, 'its number would be given to another letter')
    if (lengthOf(recipients) !== count) findings.lost(where, 'its recipients cannot be read')
    if (states !== null && lengthOf(states) !== count)
      findings.lost(where, 'what has become of it for its recipients cannot be read')
  }
  const decisions = database.prepare<[], { id: number; segment: number; offset: number; length: number }>(
    'SELECT id, segment, offset, length FROM decision',
  )
  for (const { id, segment, offset, length } of decisions.iterate())
    references.addAt(segment, offset, length - recordLength(0), ofDecision, id)
  const segments = database.prepare<[], [number, number]>('SELECT number, coalesce(length, 0) FROM segment').raw().all()
  const entry = database.prepare('SELECT 1 FROM entry WHERE id = ?')
  const decision = database.prepare('SELECT 1 FROM decision WHERE id = ?')
  return {
    segments: new Map(segments),
    isStill: ({ shard, id }) => (shard === ofQueue ? entry : decision).get(id) !== undefined,
    nameOf: ({ shard, id }) => (shard === ofQueue ? letterName(id) : `decision ${id}`),
  }
}

const letterName = (id: number): string => `letter ${id.toString(36).toUpperCase().padStart(6, '0')} in the queue`

function lengthOf(json: string): number {
  try {
    const list = JSON.parse(json) as unknown
    return Array.isArray(list) ? list.length : -1
  } catch {
    return -1
  }
}
