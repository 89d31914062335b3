import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { fail, ok, type Result } from '#base/result'
import { createFile, errorCode } from './database.ts'

export interface DirectoryLock {
  release(): void
}

export interface LockFailure {
  readonly kind: 'locked'
  /** Undefined while the holder has not yet written it down. */
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
  } catch (error) {
    database.close()
    if (!errorCode(error).startsWith('SQLITE_BUSY')) throw error
    return fail({ kind: 'locked', pid: readPid(pidFile) })
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return ok({
    release() {
      database.close()
    },
  })
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'latin1'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
