import type { Database } from './database.ts'
import { openReader } from './database.ts'

/** The file was written by a later version of this program. Nothing was changed. */
export class NewerVersion extends Error {
  readonly code = 'newer-version'
  readonly found: number
  readonly known: number
  constructor(file: string, found: number, known: number) {
    super(`${file} has version ${found}; this program knows versions up to ${known}`)
    this.name = 'NewerVersion'
    this.found = found
    this.known = known
  }
}

/**
 * Brings a file to the newest version: `steps[n]` is the SQL from version n to n + 1. Each step is one transaction with
 * the version in it, so a crash leaves the old or the new, and a second start goes on from there.
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const found = versionOf(database)
  if (found > steps.length) throw new NewerVersion(database.name, found, steps.length)
  for (let version = found; version < steps.length; version++) {
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(steps[version] as string)
      database.pragma(`user_version = ${version + 1}`)
      database.exec('COMMIT')
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  }
}

export const versionOf = (database: Database): number => Number(database.pragma('user_version', { simple: true }))

/** The version of a file, looked up without writing to it. */
export function readVersion(file: string): number {
  const database = openReader(file)
  try {
    return versionOf(database)
  } finally {
    database.close()
  }
}
