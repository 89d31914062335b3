import { promises as fs } from 'node:fs'
import { dirname, join } from 'node:path'
import { damaged, refuse } from './open-failure.ts'
import { syncFolder } from './segment-roll.ts'
import { newStoreFile, readStoreFile, type StoreFile, storeFormat, writeStoreFile } from './store-file.ts'

/** Where everything lies in a data directory; docs: storage layout. */
export const layoutOf = (directory: string) => ({
  directory,
  queue: join(directory, 'queue.sqlite'),
  node: join(directory, 'node.sqlite'),
  segments: join(directory, 'segments'),
  shards: join(directory, 'shards'),
  run: join(directory, 'run'),
})
export type Layout = ReturnType<typeof layoutOf>

export const shardFiles = (layout: Layout, shards: number): readonly string[] =>
  Array.from({ length: shards }, (_, i) => join(layout.shards, String(i).padStart(2, '0'), 'index.sqlite'))

/** What only a store leaves behind, and what may stand in a data directory that has none yet. */
const partsOfStore = new Set(['queue.sqlite', 'node.sqlite', 'segments', 'shards'])
const harmless = /^(registry.*|keys|certificates|run|lost\+found|store\.new|\..*)$/

/** The store file of a directory, or of the one about to be made. Changes nothing. */
export async function findStore(directory: string, create: boolean, shards: number): Promise<StoreFile> {
  const found = await readIfThere(directory)
  if (found) {
    if (found.format > storeFormat) refuse({ kind: 'newer-version', found: found.format, known: storeFormat })
    return found
  }
  const names = await namesIn(directory)
  const parts = names?.filter(name => partsOfStore.has(name)) ?? []
  if (parts.length > 0)
    damaged(`the file 'store' is missing, but ${parts.join(', ')} ${parts.length > 1 ? 'are' : 'is'} here`)
  const strange = names?.find(name => !harmless.test(name))
  if (strange !== undefined) refuse({ kind: 'not-a-data-directory', what: strange })
  if (!create) refuse({ kind: 'missing' })
  return newStoreFile(shards)
}

async function readIfThere(directory: string): Promise<StoreFile | undefined> {
  try {
    return await readStoreFile(directory)
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOTDIR') refuse({ kind: 'not-a-data-directory', what: directory })
    throw error
  }
}

async function namesIn(directory: string): Promise<readonly string[] | undefined> {
  try {
    return await fs.readdir(directory)
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

/** An old store has all its parts, or something happened to it that somebody should look at. */
export async function demandParts(layout: Layout, store: StoreFile): Promise<void> {
  for (const part of [layout.queue, layout.node, layout.segments, ...shardFiles(layout, store.shards)])
    if (!(await isThere(part))) damaged(`${part} is missing`)
}

/** The folders of a new store. Its file comes first: whatever is here without one belonged to a store once. */
export async function beginStore(layout: Layout, store: StoreFile): Promise<void> {
  await writeStoreFile(layout.directory, store)
  await makeFolder(layout.segments)
  for (const file of shardFiles(layout, store.shards)) await makeFolder(dirname(file))
  // What a start that was killed has made and not synced is here already.
  await syncFolder(layout.shards)
  await syncFolder(layout.directory)
}

/** With what is missing above it. A name that is not synced into its folder is lost with the power, and all below it. */
export async function makeFolder(path: string): Promise<void> {
  if ((await makeOne(path)) === 'nothing-above') {
    await makeFolder(dirname(path))
    // In /proc there is something above, and yet nothing can be made.
    if ((await makeOne(path)) === 'nothing-above')
      throw Object.assign(new Error(`${path} cannot be made`), { code: 'ENOENT', path })
  }
}

async function makeOne(path: string): Promise<'made' | 'there' | 'nothing-above'> {
  try {
    await fs.mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT') return 'nothing-above'
    if (code === 'EEXIST' && (await fs.stat(path)).isDirectory()) return 'there'
    throw error
  }
  await syncFolder(dirname(path))
  return 'made'
}

const isThere = (path: string): Promise<boolean> =>
  fs.access(path).then(
    () => true,
    error => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
