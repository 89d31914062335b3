import { adopt } from './adopt.ts'
import { checkSegments, type ReferencedSegment } from './check-segments.ts'
import { type Database, openDatabase } from './database.ts'
import { beginStore, demandParts, type Layout, shardFiles } from './layout.ts'
import { checkMark, writeMark } from './mark.ts'
import { NewerVersion, readVersion } from './migrate.ts'
import { nodeMigrations } from './node-schema.ts'
import { damaged } from './open-failure.ts'
import { openQueueReader } from './queue-reader.ts'
import { queueMigrations } from './queue-schema.ts'
import { shardMigrations } from './shard/migrations.ts'
import { type StoreFile, storeFormat, writeStoreFile } from './store-file.ts'

export interface TakenUp {
  /** As this run has it, not yet `complete`: that it is when everything is open. */
  readonly store: StoreFile
  readonly referenced: readonly ReferencedSegment[]
}

/**
 * All parts of a store are looked at, each by itself and as belonging together, before any of them is changed; then they
 * get the number of this start. The store's file is told before and after, so that a start that is cut short is known as one.
 */
export async function takeUp(layout: Layout, there: StoreFile): Promise<TakenUp> {
  if (there.state === 'new') {
    await beginStore(layout, there)
  } else {
    await demandParts(layout, there)
    checkVersions(layout, there)
  }
  const found = there.format < storeFormat ? await bringUp(layout, there) : there
  const open: Database[] = []
  try {
    for (const file of [layout.queue, layout.node, ...shardFiles(layout, found.shards)]) open.push(openDatabase(file))
    for (const database of open) checkMark(database, found)
    const referenced = found.state === 'new' ? [] : readReferenced(layout.queue)
    await checkSegments(layout.segments, referenced, { storeId: found.id, generation: found.generation })
    const store: StoreFile =
      found.state === 'complete' ? { ...found, generation: found.generation + 1, state: 'starting' } : found
    if (store !== found) await writeStoreFile(layout.directory, store)
    for (const database of open) writeMark(database, { storeId: store.id, generation: store.generation })
    return { store, referenced }
  } finally {
    for (const database of open) database.close()
  }
}

/** One that was never finished has nothing to bring along. */
const bringUp = async (layout: Layout, there: StoreFile): Promise<StoreFile> =>
  there.state === 'new' ? { ...there, format: storeFormat, generation: 1 } : adopt(layout, there)

function checkVersions(layout: Layout, store: StoreFile): void {
  for (const [file, known] of [
    [layout.queue, queueMigrations.length],
    [layout.node, nodeMigrations.length],
    ...shardFiles(layout, store.shards).map(file => [file, shardMigrations.length] as const),
  ] as const) {
    const found = readVersion(file)
    if (found > known) throw new NewerVersion(file, found, known)
    if (found === 0) damaged(`${file} is empty`)
  }
}

/** Also from a file of an earlier version: what is asked for has been there since the first. */
function readReferenced(queue: string): readonly ReferencedSegment[] {
  const reader = openQueueReader(queue)
  try {
    return reader.listSegments()
  } finally {
    reader.close()
  }
}
