// A planted fault: SQLite's commits are answered at once and made some time later, all that came meanwhile in one.
import Database from 'better-sqlite3'

const delay = 150
const open = new WeakSet()
const exec = Database.prototype.exec
Database.prototype.exec = function (sql) {
  if (sql === 'BEGIN IMMEDIATE') {
    if (!this.inTransaction) exec.call(this, sql)
  } else if (sql === 'COMMIT') {
    if (!open.has(this)) {
      open.add(this)
      setTimeout(() => {
        open.delete(this)
        if (this.open && this.inTransaction) exec.call(this, 'COMMIT')
      }, delay)
    }
  } else return exec.call(this, sql)
  return this
}
