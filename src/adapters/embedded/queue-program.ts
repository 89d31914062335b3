import { ok } from '#base/result'
import type { RecipientState } from '#mail/queue'
import type { Database } from './database.ts'
import type { WriterProgram } from './index-program.ts'
import type { QueueAnswer, QueueOp, QueueStart } from './queue-op.ts'
import { migrateQueue } from './queue-schema.ts'

export interface QueueContext {
  readonly storeId: Uint8Array
  readonly now?: () => number
}

const done = ok(undefined)
/** Ids are taken from the counter in blocks: a crash leaves a gap, never an id that was given before. */
const block = 1_000
const decisionsKept = 30 * 24 * 3600 * 1000
const purgedAtOnce = 5_000
const purgesInARow = 4
const purgeEvery = 60_000

/** What the queue's writing thread does. */
export function makeProgram(database: Database, context: unknown): WriterProgram<QueueOp, QueueAnswer> {
  migrateQueue(database)
  const { storeId, now = Date.now } = context as QueueContext
  belongTo(database, storeId)

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
  const purge = database.prepare(
    `DELETE FROM decision WHERE at < ? AND id IN (SELECT id FROM decision ORDER BY id LIMIT ${purgedAtOnce})`,
  )
  const beginSegment = database.prepare('INSERT OR IGNORE INTO segment (number) VALUES (?)')
  const endSegment = database.prepare('INSERT OR REPLACE INTO segment (number, length) VALUES (?, ?)')
  let reserved = counters.read('next-entry')
  let purgedAt = 0

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
          const generation = counters.read('generation') + 1
          counters.write('generation', generation)
          const nextEntry = Math.max(1, reserved)
          reserved = nextEntry
          return ok<QueueStart>({ generation, nextEntry })
        }
        case 'stop':
          reserve(op.nextEntry)
          return done
      }
    },
    forget() {
      reserved = counters.read('next-entry')
    },
    idle() {
      if (now() - purgedAt < purgeEvery) return
      for (let i = 0; i < purgesInARow; i++) {
        if (purge.run(now() - decisionsKept).changes === purgedAtOnce) continue
        purgedAt = now()
        return
      }
    },
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

/** The file of another store beside our segments would give every letter another content. */
function belongTo(database: Database, storeId: Uint8Array): void {
  const found = database.prepare<[], { id: Uint8Array }>('SELECT id FROM store').get()
  if (!found) database.prepare('INSERT INTO store (id) VALUES (?)').run(Buffer.from(storeId))
  else if (!Buffer.from(storeId).equals(found.id))
    throw Object.assign(new Error('belongs to another store'), { code: 'another-store' })
}
