import { closeSync, openSync, readSync, statSync } from 'node:fs'
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
 * the version in it, so a crash leaves the old or the new, and a second start goes on from there. Foreign keys rest
 * meanwhile, or a table that is made anew would take along what refers to it; that all is well is asked at the end.
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const found = versionOf(database)
  if (found > steps.length) throw new NewerVersion(database.name, found, steps.length)
  if (found === steps.length) return
  const enforced = database.pragma('foreign_keys', { simple: true })
  database.pragma('foreign_keys = OFF')
  try {
    for (let version = found; version < steps.length; version++)
      takeStep(database, steps[version] as string, version + 1)
  } finally {
    database.pragma(`foreign_keys = ${enforced}`)
  }
}

function takeStep(database: Database, step: string, version: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(step)
    const broken = database.pragma('foreign_key_check') as readonly unknown[]
    if (broken.length > 0) throw new Error(`${database.name}: version ${version} leaves ${JSON.stringify(broken[0])}`)
    database.pragma(`user_version = ${version}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

export const versionOf = (database: Database): number => Number(database.pragma('user_version', { simple: true }))

/** How a database begins, and where it has its `user_version`: https://sqlite.org/fileformat.html §1.3. */
const magic = 'SQLite format 3\0'
const versionAt = 60

/**
 * The version of a file, looked up without a trace: SQLite makes files beside it even to read, so it is asked only
 * when a log may know better, or when the file is none of its own. Only for files that this process has not open.
 */
export function readVersion(file: string): number {
  const found = sizeOf(`${file}-wal`) === 0 ? versionInHead(file) : undefined
  if (found !== undefined) return found
  const database = openReader(file)
  try {
    return versionOf(database)
  } finally {
    database.close()
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

function versionInHead(path: string): number | undefined {
  const head = Buffer.alloc(versionAt + 4)
  const file = openSync(path, 'r')
  try {
    const isWhole = readSync(file, head) === head.length && head.toString('latin1', 0, magic.length) === magic
    return isWhole ? head.readUInt32BE(versionAt) : undefined
  } finally {
    closeSync(file)
  }
}
