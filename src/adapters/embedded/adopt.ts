import { openDatabase } from './database.ts'
import { type Layout, shardFiles } from './layout.ts'
import { writeMark } from './mark.ts'
import { type StoreFile, storeFormat, writeStoreFile } from './store-file.ts'

/**
 * Brings a store of format 1 to format 2: its generation, which the queue had, goes into the store's file and every index.
 * The file comes last, so that a start that is cut short before it does all of it again.
 */
export async function adopt(layout: Layout, found: StoreFile): Promise<StoreFile> {
  const generation = Math.max(1, readGeneration(layout.queue))
  for (const file of [layout.queue, layout.node, ...shardFiles(layout, found.shards)]) {
    const database = openDatabase(file)
    try {
      writeMark(database, { storeId: found.id, generation })
    } finally {
      database.close()
    }
  }
  const store: StoreFile = { ...found, format: storeFormat, generation }
  await writeStoreFile(layout.directory, store)
  return store
}

function readGeneration(queue: string): number {
  const database = openDatabase(queue)
  try {
    const counter = database.prepare<[], { value: number }>("SELECT value FROM counter WHERE name = 'generation'").get()
    return counter?.value ?? 0
  } finally {
    database.close()
  }
}
