import BetterSqlite, { type Database } from 'better-sqlite3'
import type { DiskFaults } from './machine.ts'
import type { WriterFaults } from './writer.ts'

/** A build that is wrong in one place. */
export interface Planted {
  readonly disk?: DiskFaults
  readonly writer?: WriterFaults
  readonly install?: () => void
}

/** SQL is prepared in other words than the program's. */
const reworded = (from: string, to: string) => (): void => {
  const proto: Database = BetterSqlite.prototype
  const { prepare } = proto
  proto.prepare = function (this: Database, text: string) {
    return prepare.call(this, text.replace(from, to))
  } as never
}

/** Ends the group's transaction and begins another, whenever this statement is about to run. */
const torn = (begins: string) => (): void => {
  const proto: Database = BetterSqlite.prototype
  const { prepare } = proto
  proto.prepare = function (this: Database, text: string) {
    const statement = prepare.call(this, text)
    if (!text.startsWith(begins)) return statement
    const run = statement.run as (...words: unknown[]) => never
    statement.run = (...words: unknown[]) => {
      this.exec('COMMIT')
      this.exec('BEGIN IMMEDIATE')
      return run.apply(statement, words)
    }
    return statement
  } as never
}

let copies = 0

/** What is wrong, by name, and how it is done. Each has to be found, or the rig proves nothing. */
export const planted: Readonly<Record<string, Planted>> = {
  'contents are not synced': { disk: { lies: (path, what) => what === 'file' && path.endsWith('.seg') } },
  'names of segments are not synced': {
    disk: { lies: (path, what) => what === 'folder' && path.endsWith('segments') },
  },
  'the index is synced at checkpoints only': { writer: { setUp: database => database.pragma('synchronous = NORMAL') } },
  'the index is never synced': { writer: { setUp: database => database.pragma('synchronous = OFF') } },
  'answers and UIDs come before the commit': { writer: { answersEarly: true } },
  'what was rolled back is remembered': { writer: { neverForgets: true } },
  'a delivery leaves no key': {
    writer: {
      distort: op => {
        const one = op as { op: string; key: string }
        return one.op === 'deliver' ? { ...one, key: `${one.key} ${++copies}` } : op
      },
    },
  },
  'a move is two transactions': { install: torn('UPDATE membership SET ended') },
  'UIDNEXT is not kept': { install: reworded('SET uid_next = ?', 'SET uid_next = max(1, ? - 1)') },
  'MODSEQ is not kept': {
    install: reworded('UPDATE account SET modseq = ?', 'UPDATE account SET modseq = max(1, ? - 1)'),
  },
  'bytes are not counted': { install: reworded('bytes = ?, highest_modseq', 'bytes = 0 * ?, highest_modseq') },
  'removed accounts are forgotten': {
    install: reworded('purged_to FROM account WHERE id = ?', 'purged_to FROM account WHERE id = -?'),
  },
  'a delivered letter stays in the queue': {
    install: reworded('DELETE FROM entry WHERE id = ?', 'DELETE FROM entry WHERE id = -?'),
  },
}
