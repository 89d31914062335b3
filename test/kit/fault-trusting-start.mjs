// A planted fault: a start serves what it finds in the log of an index of mailboxes, whether or not it is on the disk.
import Database from 'better-sqlite3'

const { pragma } = Database.prototype
Database.prototype.pragma = function (text, options) {
  if (!this.name.endsWith('index.sqlite')) return pragma.call(this, text, options)
  if (/wal_checkpoint/.test(text)) return [{ busy: 0, log: 0, checkpointed: 0 }]
  // What a start writes of its own would be synced together with what it found.
  if (/^\s*synchronous\s*$/.test(text)) return 2
  return pragma.call(this, text.replace(/synchronous = FULL/, 'synchronous = OFF'), options)
}
