import type { Database } from './database.ts'
import { damaged } from './open-failure.ts'
import type { StoreFile } from './store-file.ts'

/** What every index of a store bears: whose it is, and the last start that took it up. */
export interface Mark {
  readonly storeId: Uint8Array
  readonly generation: number
}

export function readMark(database: Database): Mark | undefined {
  const isMarked = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'mark'").get()
  if (!isMarked) return undefined
  return database.prepare<[], Mark>('SELECT store AS storeId, generation FROM mark').get()
}

export function writeMark(database: Database, { storeId, generation }: Mark): void {
  database.transaction(() => {
    database.exec(
      `CREATE TABLE IF NOT EXISTS mark
         (one INTEGER PRIMARY KEY CHECK (one = 1), store BLOB NOT NULL, generation INTEGER NOT NULL) STRICT`,
    )
    database
      .prepare('INSERT OR REPLACE INTO mark (one, store, generation) VALUES (1, ?, ?)')
      .run(Buffer.from(storeId), generation)
  })()
}

/**
 * A file of another store would show its mail as ours; an older copy would give numbers a second time, those of messages,
 * of letters or of accounts.
 */
export function checkMark(database: Database, store: StoreFile): void {
  const { name } = database
  const mark = readMark(database)
  if (!mark) {
    if (store.state !== 'new') damaged(`${name} does not say to which store it belongs`)
    return
  }
  if (!Buffer.from(store.id).equals(mark.storeId)) damaged(`${name} is of another store`)
  if (mark.generation > store.generation) damaged(`the file 'store' is older than ${name}`)
  const least = store.state === 'complete' ? store.generation : store.generation - 1
  if (mark.generation < least)
    damaged(`${name} is older than the rest: of start ${mark.generation}, not ${store.generation}`)
}
