import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from './segment-roll.ts'

/** `DATA/store`: what makes a folder a store. Text, so that a person with a pager can tell. */
export interface StoreFile {
  readonly format: number
  readonly id: Uint8Array
  /** Fixed for the life of the store: an account's number names its shard. */
  readonly shards: number
  /** Counts the starts. Every index bears the number too: a copy of another time is told from the rest by it. */
  readonly generation: number
  /**
   * `new` until everything was made once: only then may a missing file be made. `starting` while the files are given a
   * new number: nothing has been served under it, and some may still bear the one before.
   */
  readonly state: 'new' | 'starting' | 'complete'
}

/** 1 had no generation here, and no marks in the indexes; `adopt` brings one of these to 2. */
export const storeFormat = 2
const firstLine = 'hauspost store'
const name = 'store'

export const newStoreFile = (shards: number): StoreFile => ({
  format: storeFormat,
  id: randomBytes(16),
  shards,
  generation: 1,
  state: 'new',
})

/** Undefined when there is none; throws when there is one that nobody can read. */
export async function readStoreFile(directory: string): Promise<StoreFile | undefined> {
  let text: string
  try {
    text = await fs.readFile(join(directory, name), 'latin1')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
  return parseStoreFile(text)
}

export function encodeStoreFile({ format, id, shards, generation, state }: StoreFile): string {
  const fields = { format, id: Buffer.from(id).toString('hex'), shards, generation, state }
  return [firstLine, ...Object.entries(fields).map(([key, value]) => `${key}: ${value}`), ''].join('\n')
}

export function parseStoreFile(text: string): StoreFile {
  const [first, ...lines] = text.split('\n')
  const fields = new Map(
    lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const format = Number(fields.get('format'))
  const id = Buffer.from(fields.get('id') ?? '', 'hex')
  const shards = Number(fields.get('shards'))
  const isFirst = format === 1
  const generation = isFirst ? 0 : Number(fields.get('generation'))
  const state = fields.get('state')
  const known = state === 'new' || state === 'starting' || state === 'complete'
  if (first !== firstLine || !Number.isSafeInteger(format)) throw damage()
  // A later format may say other things.
  if (format > storeFormat) return { format, id, shards, generation, state: 'complete' }
  if (!Number.isSafeInteger(generation) || (generation < 1 && !isFirst)) throw damage()
  if (id.length !== 16 || !Number.isSafeInteger(shards) || shards < 1 || shards > 64 || !known) throw damage()
  return { format, id, shards, generation, state }
}

const damage = (): Error => Object.assign(new Error(`the file '${name}' is not readable`), { code: 'damaged' })

/** The old or the new, never a half: written beside, synced, renamed, and the name synced. */
export async function writeStoreFile(directory: string, store: StoreFile): Promise<void> {
  const path = join(directory, name)
  const beside = `${path}.new`
  const file = await fs.open(beside, 'w', 0o600)
  try {
    await file.writeFile(encodeStoreFile(store), 'latin1')
    await file.sync()
  } finally {
    await file.close()
  }
  await fs.rename(beside, path)
  await syncFolder(directory)
}
