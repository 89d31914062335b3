import { readFileSync } from 'node:fs'
import BetterSqlite, { type Database } from 'better-sqlite3'
import type { Durable } from './disk.ts'
import { machineOf } from './machine.ts'

/** How the connection promises to sync, asked past everything that may lie about it. */
const promises = new WeakMap<Database, () => number>()

/**
 * What SQLite does to its files, told to the machine: each commit, each checkpoint and each close is one step. SQLite
 * itself is out of our sight, and tried by the tests that read its system calls; here it is taken at the word of its
 * `synchronous`: with less than FULL a commit makes nothing last, with OFF not even a checkpoint does.
 */
export function installIndexEvents(refuse: (database: Database) => boolean): void {
  const proto: Database = BetterSqlite.prototype
  const { exec, pragma, close, prepare } = proto
  const level = (database: Database): number => {
    const known = promises.get(database)
    if (known) return known()
    const statement = prepare.call(database, 'PRAGMA synchronous').pluck()
    const ask = (): number => Number(statement.get())
    promises.set(database, ask)
    return ask()
  }
  const logOf = (database: Database): string => `${database.name}-wal`
  const committed = (database: Database, was: number) => (durable: Durable) => {
    if (was < 2) return
    durable.syncFile(logOf(database))
    durable.syncName(logOf(database))
  }
  const carried = (database: Database, was: number) => (durable: Durable) => {
    if (was < 1) return
    durable.syncFile(database.name)
    durable.syncName(database.name)
    // It is synced before anything is carried over from it.
    if (was === 1 || readFileSync(database.name).length > 0) durable.syncFile(logOf(database))
  }

  const commit = (database: Database): void => {
    const machine = machineOf(database.name)
    if (!machine || database.readonly) return void exec.call(database, 'COMMIT')
    if (refuse(database)) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    const was = level(database)
    machine.step('commit', logOf(database), () => exec.call(database, 'COMMIT'), committed(database, was))
  }

  proto.exec = function (this: Database, text: string) {
    if (text === 'COMMIT') commit(this)
    else exec.call(this, text)
    return this
  }

  proto.transaction = function (this: Database, act: (...words: unknown[]) => unknown) {
    return (...words: unknown[]) => {
      exec.call(this, 'BEGIN')
      try {
        const result = act(...words)
        commit(this)
        return result
      } catch (error) {
        if (this.inTransaction) exec.call(this, 'ROLLBACK')
        throw error
      }
    }
  } as never

  proto.pragma = function (this: Database, text: string, options?: never) {
    const machine = machineOf(this.name)
    if (!machine || this.readonly) return pragma.call(this, text, options)
    if (/^journal_mode *=/.test(text)) {
      const result = pragma.call(this, text, options)
      machine.synced('journal-mode', durable => {
        durable.syncFile(this.name)
        durable.syncName(this.name)
        committed(this, 2)(durable)
      })
      return result
    }
    if (!/^wal_checkpoint/.test(text)) return pragma.call(this, text, options)
    return machine.step('checkpoint', this.name, () => pragma.call(this, text, options), carried(this, level(this)))
  }

  proto.close = function (this: Database) {
    const machine = this.open && !this.readonly ? machineOf(this.name) : undefined
    if (!machine) return close.call(this)
    const was = level(this)
    promises.delete(this)
    // A statement that is left open would keep the connection's last checkpoint from being made.
    machine.step('close', this.name, () => close.call(this), carried(this, was))
    return this
  }
}
