import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '#base/result'
import { createFile, errorCode } from './database.ts'

export interface DirectoryLock {
  release(): void
}

export interface LockFailure {
  readonly kind: 'locked'
  /** Undefined while the holder has not yet written it down; for that moment, that of one who was killed before. */
  readonly pid: number | undefined
}

/**
 * One program a data directory. SQLite's exclusive lock is one of the kernel's: it ends with its holder, however that
 * ends, so no stale lock has to be judged by its age or its pid. The pid beside it is for people.
 */
export function takeLock(runFolder: string): Result<DirectoryLock, LockFailure> {
  const pidFile = join(runFolder, 'lock.pid')
  const file = join(runFolder, 'lock.sqlite')
  createFile(file)
  const database = new BetterSqlite(file, { timeout: 0 })
  try {
    database.pragma('cache_size = -64')
    database.exec('BEGIN EXCLUSIVE')
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    database.close()
    if (!errorCode(error).startsWith('SQLITE_BUSY')) throw error
    return fail({ kind: 'locked', pid: readPid(pidFile) })
  }
  return ok({
    release() {
      try {
        rmSync(pidFile, { force: true })
      } finally {
        database.close()
      }
    },
  })
}

/** Who holds this data directory now? Looks, and makes nothing; what cannot be looked at is for the opening to say. */
export function whoHolds(directory: string): LockFailure | undefined {
  const runFolder = join(directory, 'run')
  const file = join(runFolder, 'lock.sqlite')
  if (!existsSync(file)) return undefined
  let database: BetterSqlite.Database | undefined
  try {
    database = new BetterSqlite(file, { readonly: true, timeout: 0 })
    database.prepare('SELECT 1 FROM sqlite_schema').all()
    return undefined
  } catch (error) {
    if (!errorCode(error).startsWith('SQLITE_BUSY')) return undefined
    return { kind: 'locked', pid: readPid(join(runFolder, 'lock.pid')) }
  } finally {
    database?.close()
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'latin1'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
