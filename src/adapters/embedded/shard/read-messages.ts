import { setImmediate as nextTurn } from 'node:timers/promises'
import { instant } from '#base/clock'
import { type ContentRef, type MessageFacts, type MessageOrdinal, type MessageWire, messageOrdinal } from '#mail/store'
import type { Database } from '../database.ts'
import { unpackWire } from './pack-wire.ts'

export interface MessageReader {
  facts(account: number, ordinals: Ordinals): AsyncIterable<readonly MessageFacts[]>
  wire(account: number, ordinals: Ordinals): AsyncIterable<readonly MessageWire[]>
}

export type Ordinals = readonly MessageOrdinal[] | Uint32Array

/** Rows that are read before others get their turn. */
const rowsAtOnce = 256

/** `isThere`: no row of a removed account is shown, swept or not. */
export function makeMessageReader(database: Database, isThere: (account: number) => boolean): MessageReader {
  const slim = makeLookup<FactsRow>(database, 'id & 4294967295, content, size, dotted, received FROM message')
  const wire = makeLookup<WireRow>(database, 'id & 4294967295, packed FROM message_wire')

  async function* slices<Row, Shown>(
    account: number,
    ordinals: Ordinals,
    read: Lookup<Row>,
    show: (row: Row) => Shown,
  ): AsyncGenerator<readonly Shown[]> {
    for (let from = 0; from < ordinals.length; from += rowsAtOnce) {
      if (from > 0) await nextTurn()
      if (!isThere(account)) return
      const rows = read(account, ordinals, from, Math.min(from + rowsAtOnce, ordinals.length))
      if (rows.length > 0) yield rows.map(show)
    }
  }

  return {
    facts: (account, ordinals) => slices(account, ordinals, slim, factsOf),
    wire: (account, ordinals) => slices(account, ordinals, wire, ([ordinal, packed]) => unpackWire(ordinal, packed)),
  }
}

type Lookup<Row> = (account: number, ordinals: Ordinals, from: number, to: number) => Row[]

/** Rising ordinals without large gaps are one walk along the table; others are looked up one by one. */
function makeLookup<Row extends readonly [ordinal: number, ...unknown[]]>(
  database: Database,
  what: string,
): Lookup<Row> {
  const one = database.prepare(`SELECT ${what} WHERE id = (? << 32) | ?`).raw()
  const range = database.prepare(`SELECT ${what} WHERE id BETWEEN (? << 32) | ? AND (? << 32) | ? ORDER BY id`).raw()
  return (account, ordinals, from, to) => {
    const first = ordinals[from] as number
    const last = ordinals[to - 1] as number
    if (to - from > 2 && last - first < 2 * (to - from) && isRising(ordinals, from, to)) {
      const rows = range.all(account, first, account, last) as unknown as Row[]
      if (rows.length === to - from && last - first === to - from - 1) return rows
      let next = from
      return rows.filter(([ordinal]) => {
        while (next < to && (ordinals[next] as number) < ordinal) next++
        return next < to && ordinals[next] === ordinal
      })
    }
    const rows: Row[] = []
    for (let i = from; i < to; i++) {
      const row = one.get(account, ordinals[i]) as Row | undefined
      if (row) rows.push(row)
    }
    return rows
  }
}

function isRising(ordinals: Ordinals, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if ((ordinals[i] as number) <= (ordinals[i - 1] as number)) return false
  return true
}

type WireRow = readonly [ordinal: number, packed: Uint8Array]
type FactsRow = readonly [ordinal: number, content: string, size: number, dotted: number, received: number]

const factsOf = ([ordinal, content, size, dotted, received]: FactsRow): MessageFacts => ({
  ordinal: messageOrdinal(ordinal),
  content: { ref: content as ContentRef, size, dotted: dotted === 1 },
  received: instant(received),
})
