import { closeSync, openSync } from 'node:fs'
import BetterSqlite, { type Database } from 'better-sqlite3'

export type { Database, Statement } from 'better-sqlite3'

/** Kibibytes of pages that a connection keeps. The kernel caches the file besides; every thread pays for its own. */
const pagesOfWriter = 4096
const pagesOfReader = 1024
const mappedOfReader = 1024 * 1024 * 1024
/** A WAL that a burst blew up is cut back to this at the next checkpoint. */
const walStaysUnder = 16 * 1024 * 1024

/** The one writing connection of a file. Throws when SQLite does not promise what the store promises. */
export function openDatabase(file: string, cacheKibibytes = pagesOfWriter): Database {
  createFile(file)
  const database = new BetterSqlite(file, { timeout: 5_000 })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
    database.pragma('temp_store = MEMORY')
    database.pragma(`cache_size = ${-cacheKibibytes}`)
    database.pragma(`journal_size_limit = ${walStaysUnder}`)
    demand(database, 'journal_mode', 'wal')
    demand(database, 'synchronous', 2)
    demand(database, 'foreign_keys', 1)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * SQLite would create it with the process's umask; WAL and shared memory take the mode of the file. One that is there
 * is not opened: closing it would let go of all locks that this process has on it, as POSIX wants it.
 */
export function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** A connection that only reads, beside the writer. */
export function openReader(file: string, cacheKibibytes = pagesOfReader): Database {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
  database.pragma('query_only = ON')
  // Lists of messages read pages once and one after the other: a map spares the copies that a small cache cannot keep.
  database.pragma(`mmap_size = ${mappedOfReader}`)
  database.pragma('temp_store = MEMORY')
  database.pragma(`cache_size = ${-cacheKibibytes}`)
  return database
}

/** A setting that SQLite passed over in silence would make every `250` a lie. */
function demand(database: Database, pragma: string, wanted: string | number): void {
  const found = database.pragma(pragma, { simple: true })
  if (found !== wanted) throw new Error(`${database.name}: ${pragma} is ${String(found)}, must be ${wanted}`)
}

export const errorCode = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '')

export const isDiskFull = (error: unknown): boolean => errorCode(error) === 'SQLITE_FULL'

/** The disk, or what it gave back, cannot be trusted: the program has to stop. */
export const isDiskBroken = (error: unknown): boolean =>
  /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/.test(errorCode(error))
