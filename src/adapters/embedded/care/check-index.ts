import BetterSqlite from 'better-sqlite3'
import type { Database } from '../database.ts'
import { readMark } from '../mark.ts'
import { versionOf } from '../migrate.ts'
import type { StoreFile } from '../store-file.ts'
import type { Findings } from './finding.ts'

/** A connection that only reads and keeps nothing of the file in view: it may be damaged, or shorter than it says. */
export function openToLook(file: string): Database {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: 10_000 })
  database.pragma('query_only = ON')
  database.pragma('temp_store = MEMORY')
  database.pragma('cache_size = -16384')
  return database
}

/** Opens an index and asks SQLite whether it is whole. Undefined when nothing more can be asked of it. */
export function checkIndex(
  file: string,
  known: number,
  store: StoreFile,
  deep: boolean,
  findings: Findings,
): Database | undefined {
  let database: Database | undefined
  try {
    database = openToLook(file)
    const said = database.pragma(deep ? 'integrity_check(20)' : 'quick_check(20)') as readonly Record<string, string>[]
    for (const line of said.flatMap(row => Object.values(row)))
      if (line !== 'ok') findings.lost(file, `SQLite says: ${line.slice(0, 200)}`)
    const version = versionOf(database)
    if (version === 0 || version > known) {
      findings.lost(file, version === 0 ? 'the file is empty' : `it is of a newer version (${version})`)
      database.close()
      return undefined
    }
    const mark = readMark(database)
    if (!mark) findings.lost(file, 'it does not say to which store it belongs')
    else if (Buffer.compare(mark.storeId, store.id) !== 0) findings.lost(file, 'it is of another store')
    else if (mark.generation !== store.generation && store.state === 'complete')
      findings.lost(file, `it is of start ${mark.generation}, the store of start ${store.generation}`)
    return database
  } catch (error) {
    findings.lost(file, `it cannot be read: ${(error as Error).message}`)
    database?.close()
    return undefined
  }
}
