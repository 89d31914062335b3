import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import BetterSqlite, { type Database } from 'better-sqlite3'

export type { Database, Statement } from 'better-sqlite3'

/** Kibibytes of pages that a connection keeps. The kernel caches the file besides; every thread pays for its own. */
const pagesOfWriter = 4096
const pagesOfReader = 1024
const mappedOfReader = 1024 * 1024 * 1024
/** A WAL that a burst blew up is cut back to this at the next checkpoint. */
const walStaysUnder = 16 * 1024 * 1024
/** Bytes that are read and written again at once. */
const slice = 1024 * 1024

/**
 * The one writing connection of a file. Throws when SQLite does not promise what the store promises. What an earlier
 * run left in the log is on the disk when it returns: SQLite serves from it, whether or not it was ever synced.
 */
export function openDatabase(file: string, cacheKibibytes = pagesOfWriter): Database {
  createFile(file)
  const left = writeAgain(`${file}-wal`)
  const database = new BetterSqlite(file, { timeout: 5_000 })
  try {
    // SQLite's own checkpoints pass over a failed sync in silence, and the next one would hear that all is well.
    database.pragma('wal_autocheckpoint = 0')
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
    demand(database, 'wal_autocheckpoint', 0)
    if (left && checkpoint(database, 'TRUNCATE').busy !== 0)
      throw Object.assign(new Error(`${file} is held by another program`), { code: 'SQLITE_BUSY' })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * The same bytes once more, and a sync: after a failed one the kernel takes the pages for written, and a sync alone
 * would say so. True when there was anything. Only for a log that no connection has open.
 */
function writeAgain(log: string): boolean {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) return false
  const file = openSync(log, 'r+')
  try {
    const bytes = Buffer.allocUnsafe(Math.min(size, slice))
    for (let at = 0; at < size; ) {
      const read = readSync(file, bytes, 0, bytes.length, at)
      if (read === 0) break
      for (let done = 0; done < read; ) done += writeSync(file, bytes, done, read - done, at + done)
      at += read
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return true
}

interface Checkpointed {
  readonly busy: number
  /** Pages in the log, and how many of them are in the file. */
  readonly log: number
  readonly checkpointed: number
}

const checkpoint = (database: Database, mode: 'PASSIVE' | 'TRUNCATE'): Checkpointed =>
  (database.pragma(`wal_checkpoint(${mode})`) as readonly Checkpointed[])[0] as Checkpointed

/**
 * Carries the log over into the file once it has grown beyond so many pages. Outside a transaction. Throws when the disk
 * broke; one that is full leaves the log as it is, for the next time.
 */
export function makeCarryOver(database: Database): (beyond: number) => void {
  // Asked for with every group: it is not to be parsed each time.
  const look = database.prepare<[], Checkpointed>('PRAGMA wal_checkpoint(NOOP)')
  return beyond => {
    const { log = 0, checkpointed = 0 } = look.get() ?? {}
    if (log - checkpointed <= beyond) return
    try {
      checkpoint(database, 'PASSIVE')
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
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

/**
 * The disk takes no more: full, over quota or read-only, of which SQLite knows only the first by name. What was not
 * written is rolled back, and nothing that was promised depends on it.
 */
export const isDiskFull = (error: unknown): boolean =>
  /^SQLITE_(FULL|IOERR_WRITE|IOERR_SHMSIZE)$/.test(errorCode(error))

/** The disk, or what it gave back, cannot be trusted: the program has to stop. */
export const isDiskBroken = (error: unknown): boolean =>
  !isDiskFull(error) && /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/.test(errorCode(error))
