import { ok } from '#base/result'
import type { RecipientState } from '#mail/queue'
import { type Database, makeCarryOver } from './database.ts'
import { makeDecisionPurge } from './decision-purge.ts'
import type { WriterProgram } from './index-program.ts'
import type { QueueAnswer, QueueOp, QueueStart } from './queue-op.ts'
import { migrateQueue } from './queue-schema.ts'

const done = ok(undefined)
/** Ids are taken from the counter in blocks: a crash leaves a gap, never an id that was given before. */
const block = 1_000
/**
 * Each run's ids begin at a place of its own: an old copy of this file knows nothing of what was given out after it was
 * made, and an id that comes again would be taken for a letter that is long delivered. Six digits to the base of 36, in
 * which letters are named.
 */
const idsOfRun = 36 ** 6
/** Pages of the log at which a group is kept waiting until they are carried over. */
const logPages = 1_000

export type QueueProgram = WriterProgram<QueueOp, QueueAnswer>

/** What the queue's writing thread does. */
export function makeProgram(database: Database): QueueProgram {
  migrateQueue(database)
  const carryOver = makeCarryOver(database)
  const insertEntry = database.prepare(
    `INSERT INTO entry (id, received, sender, marks, segment, offset, size, local_prefix, recipient_count, recipients)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertDecision = database.prepare(
    'INSERT INTO decision (at, entry, segment, offset, length) VALUES (?, ?, ?, ?, ?)',
  )
  const deleteDelivered = database.prepare('DELETE FROM entry WHERE id = ? AND recipient_count = ?')
  const deleteEntry = database.prepare('DELETE FROM entry WHERE id = ?')
  const readStates = database.prepare<[number], { recipient_count: number; states: string | null }>(
    'SELECT recipient_count, states FROM entry WHERE id = ?',
  )
  const writeStates = database.prepare('UPDATE entry SET states = ? WHERE id = ?')
  const counters = openCounters(database)
  const purge = makeDecisionPurge(database)
  const beginSegment = database.prepare('INSERT OR IGNORE INTO segment (number) VALUES (?)')
  const endSegment = database.prepare('INSERT OR REPLACE INTO segment (number, length) VALUES (?, ?)')
  const lengthenSegment = database.prepare(
    `INSERT INTO segment (number, length) VALUES (?, ?)
     ON CONFLICT (number) DO UPDATE SET length = excluded.length WHERE length IS NULL OR length < excluded.length`,
  )
  let reserved = counters.read('next-entry')

  const reserve = (next: number): void => {
    reserved = next
    counters.write('next-entry', next)
  }

  const update = (id: number, states: readonly (RecipientState | undefined)[]): void => {
    if (states.every(isDelivered) && deleteDelivered.run(id, states.length).changes > 0) return
    const row = readStates.get(id)
    if (!row) return
    const before = row.states === null ? [] : (JSON.parse(row.states) as (RecipientState | null)[])
    const after = Array.from({ length: row.recipient_count }, (_, i) => states[i] ?? before[i] ?? null)
    if (after.every(isDelivered)) deleteEntry.run(id)
    else writeStates.run(JSON.stringify(after), id)
  }

  return {
    prepare: () => carryOver(logPages),
    execute(op) {
      switch (op.op) {
        case 'commit':
          if (op.entry[0] >= reserved) reserve(op.entry[0] + block)
          insertEntry.run(...op.entry)
          insertDecision.run(...op.decision)
          return done
        case 'update':
          update(op.id, op.states)
          return done
        case 'remove':
          return ok(deleteEntry.run(op.id).changes > 0)
        case 'decision':
          insertDecision.run(...op.decision)
          return done
        case 'begin-segment':
          beginSegment.run(op.segment)
          return done
        case 'end-segment':
          endSegment.run(op.segment, op.length)
          return done
        case 'start': {
          for (const { segment, length } of op.segments) lengthenSegment.run(segment, length)
          const nextEntry = Math.max(reserved, op.generation * idsOfRun + 1)
          reserved = nextEntry
          return ok<QueueStart>({ nextEntry })
        }
        case 'stop':
          reserve(op.nextEntry)
          return done
      }
    },
    forget() {
      reserved = counters.read('next-entry')
    },
    idle: () => purge(Date.now()),
  }
}

const isDelivered = (state: RecipientState | null | undefined): boolean => state?.state === 'delivered'

interface Counters {
  read(name: string): number
  write(name: string, value: number): void
}

function openCounters(database: Database): Counters {
  const read = database.prepare<[string], { value: number }>('SELECT value FROM counter WHERE name = ?')
  const write = database.prepare('INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)')
  return { read: name => read.get(name)?.value ?? 0, write: (name, value) => void write.run(name, value) }
}
