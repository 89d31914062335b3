// Not a fault, but a moment: the server dies when an index of mailboxes has been written and not yet synced.
import Database from 'better-sqlite3'

const livesFor = 12
let groups = 0
const { exec } = Database.prototype
Database.prototype.exec = function (sql) {
  if (!this.name.endsWith('index.sqlite')) return exec.call(this, sql)
  if (sql === 'BEGIN IMMEDIATE' && ++groups === livesFor) this.pragma('synchronous = OFF')
  exec.call(this, sql)
  if (sql === 'COMMIT' && groups >= livesFor) process.kill(process.pid, 'SIGKILL')
  return this
}
