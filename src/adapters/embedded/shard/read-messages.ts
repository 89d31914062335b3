import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Instant, instant } from '#base/clock'
import { type ContentRef, type MessageFacts, type MessageOrdinal, type MessageWire, messageOrdinal } from '#mail/store'
import type { Database } from '../database.ts'

export interface MessageReader {
  facts(account: number, ordinals: Ordinals): AsyncIterable<readonly MessageFacts[]>
  wire(account: number, ordinals: Ordinals): AsyncIterable<readonly MessageWire[]>
}

export type Ordinals = readonly MessageOrdinal[] | Uint32Array

/** Rows that are read before others get their turn. */
const rowsAtOnce = 256

const factsSql = 'SELECT id & 4294967295 AS ordinal, content, size, dotted, received FROM message'
const wireSql = `SELECT w.id & 4294967295 AS ordinal, m.size, m.received, w.envelope, w.body_structure AS bodyStructure,
  w.body, w.headers FROM message_wire w JOIN message m ON m.id = w.id`

/** `isThere`: no row of a removed account is shown, swept or not. */
export function makeMessageReader(database: Database, isThere: (account: number) => boolean): MessageReader {
  const facts = makeSlices<FactsRow>(database, factsSql, 'id', isThere)
  const wire = makeSlices<WireRow>(database, wireSql, 'w.id', isThere)
  return {
    async *facts(account, ordinals) {
      for await (const rows of facts(account, ordinals)) yield rows.map(factsOf)
    },
    async *wire(account, ordinals) {
      for await (const rows of wire(account, ordinals)) yield rows.map(wireOf)
    },
  }
}

function makeSlices<Row extends { readonly ordinal: number }>(
  database: Database,
  sql: string,
  id: string,
  isThere: (account: number) => boolean,
) {
  const one = database.prepare(`${sql} WHERE ${id} = (? << 32) | ?`)
  const range = database.prepare(`${sql} WHERE ${id} BETWEEN (? << 32) | ? AND (? << 32) | ? ORDER BY ${id}`)

  /** Rising ordinals without large gaps are one walk along the table; others are looked up one by one. */
  const read = (account: number, ordinals: Ordinals, from: number, to: number): Row[] => {
    const first = ordinals[from] as number
    const last = ordinals[to - 1] as number
    if (to - from > 2 && last - first < 2 * (to - from) && isRising(ordinals, from, to)) {
      const rows = range.all(account, first, account, last) as Row[]
      let next = from
      return rows.filter(row => {
        while (next < to && (ordinals[next] as number) < row.ordinal) next++
        return next < to && ordinals[next] === row.ordinal
      })
    }
    const rows: Row[] = []
    for (let i = from; i < to; i++) {
      const row = one.get(account, ordinals[i]) as Row | undefined
      if (row) rows.push(row)
    }
    return rows
  }

  return async function* slices(account: number, ordinals: Ordinals): AsyncGenerator<Row[]> {
    for (let from = 0; from < ordinals.length; from += rowsAtOnce) {
      if (from > 0) await nextTurn()
      if (!isThere(account)) return
      const rows = read(account, ordinals, from, Math.min(from + rowsAtOnce, ordinals.length))
      if (rows.length > 0) yield rows
    }
  }
}

function isRising(ordinals: Ordinals, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if ((ordinals[i] as number) <= (ordinals[i - 1] as number)) return false
  return true
}

interface FactsRow {
  readonly ordinal: number
  readonly content: string
  readonly size: number
  readonly dotted: number
  readonly received: number
}

interface WireRow {
  readonly ordinal: number
  readonly size: number
  readonly received: number
  readonly envelope: Uint8Array
  readonly bodyStructure: Uint8Array
  readonly body: Uint8Array
  readonly headers: Uint8Array | null
}

const factsOf = ({ ordinal, content, size, dotted, received }: FactsRow): MessageFacts => ({
  ordinal: messageOrdinal(ordinal),
  content: { ref: content as ContentRef, size, dotted: dotted === 1 },
  received: instant(received),
})

const wireOf = ({ ordinal, size, received, envelope, bodyStructure, body, headers }: WireRow): MessageWire => ({
  ordinal: messageOrdinal(ordinal),
  size,
  received: received as Instant,
  envelope,
  bodyStructure,
  body,
  headers: headers ?? undefined,
})
