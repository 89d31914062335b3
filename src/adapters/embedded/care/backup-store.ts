import { existsSync, promises as fs, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { segmentFile } from '../content-ref.ts'
import type { Database } from '../database.ts'
import { findStore, layoutOf, makeFolder, shardFiles } from '../layout.ts'
import { takeLock } from '../lock.ts'
import { fileHeaderLength, parseFileHeader, recordLength } from '../segment-record.ts'
import { syncFolder } from '../segment-roll.ts'
import { encodeStoreFile, type StoreFile } from '../store-file.ts'
import {
  type BackedFile,
  type BackedSegment,
  fileDigest,
  readManifest,
  syncFile,
  writeManifest,
} from './backup-manifest.ts'
import { openToLook } from './check-index.ts'
import { copyStretch, findBroken } from './copy-stretch.ts'
import type { Progress } from './finding.ts'

export interface BackupOptions {
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

export interface BackupReport {
  readonly at: string
  readonly segments: number
  readonly bytes: number
  /** Bytes of letters that were new since the last backup into this folder. */
  readonly copied: number
  /** Records that are broken in the store itself; they were copied as they are. */
  readonly broken: readonly string[]
}

/** What stands in the way of a backup or of a restore, in words. */
export class CareRefused extends Error {
  override readonly name = 'CareRefused'
}

const everythingElse = /^(registry.*|keys|certificates)$/

/**
 * Copies a data directory, that of a running server as well, as it is at one moment; what an earlier backup has brought
 * into the folder is not copied again. The queue's moment comes first, then the shards', the directory's last: a letter that
 * left the queue is in its mailbox by then, and no account has a number that the directory does not know as given.
 */
export async function backupStore(
  directory: string,
  folder: string,
  options: BackupOptions = {},
): Promise<BackupReport> {
  const { onProgress = () => {}, signal } = options
  const store = await findStore(directory, false, 1)
  const layout = layoutOf(directory)
  if (!relative(directory, folder).startsWith('..'))
    throw new CareRefused('the backup cannot lie in the data directory')
  await makeFolder(join(folder, 'segments'))
  const lock = takeLock(folder)
  if (!lock.ok) throw new CareRefused(`another backup writes to ${folder} now`)
  const open: Database[] = []
  try {
    const former = await readManifest(folder)
    const storeId = Buffer.from(store.id).toString('hex')
    if (former && former.storeId !== storeId) throw new CareRefused(`${folder} holds the backup of another store`)
    const at = new Date().toISOString()
    const moment = `moment-${at.replace(/\D/g, '')}`
    await makeFolder(join(folder, moment))
    const shards = shardFiles(layout, store.shards)
    for (const file of [layout.queue, ...shards, layout.node]) {
      const database = openToLook(file)
      open.push(database)
      database.exec('BEGIN')
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
    }
    const files: BackedFile[] = []
    for (const database of open) {
      const path = relative(directory, database.name)
      await makeFolder(dirname(join(folder, moment, path)))
      let shown = 0
      await database.backup(join(folder, moment, path), {
        progress({ totalPages, remainingPages }) {
          signal?.throwIfAborted()
          if (totalPages - remainingPages > shown) shown = totalPages - remainingPages
          onProgress({ what: path, done: shown * 4096, total: totalPages * 4096 })
          return 2_000
        },
      })
      database.exec('COMMIT')
      files.push(await keptFile(join(folder, moment), path, 0o600))
    }
    const wanted = lengthsOf(join(folder, moment), store, directory)
    const { segments, copied, broken } = await copySegments(
      layout.segments,
      folder,
      wanted,
      former?.segments ?? [],
      options,
    )
    await copyOthers(directory, join(folder, moment), files)
    await fs.writeFile(join(folder, moment, 'store'), encodeStoreFile({ ...store, state: 'complete' }), { mode: 0o600 })
    files.push(await keptFile(join(folder, moment), 'store', 0o600))
    await syncFolder(join(folder, 'segments'))
    await syncFolder(folder)
    signal?.throwIfAborted()
    const { shards: count, generation } = store
    await writeManifest(folder, { format: 1, storeId, shards: count, generation, at, moment, segments, files })
    await dropOthers(folder, moment, segments)
    const bytes = segments.reduce((sum, { length }) => sum + length, 0)
    return { at, segments: segments.length, bytes, copied, broken }
  } finally {
    for (const database of open) database.close()
    lock.value.release()
  }
}

async function keptFile(folder: string, path: string, mode: number): Promise<BackedFile> {
  const full = join(folder, path)
  await fs.chmod(full, mode)
  syncFile(full)
  await syncFolder(dirname(full))
  return { path, mode, size: statSync(full).size, sha256: fileDigest(full) }
}

/** How long each segment has to be for the copied indexes. What is behind may still be taken back by the writer. */
function lengthsOf(moment: string, store: StoreFile, directory: string): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>()
  const layout = layoutOf(moment)
  const ask = (file: string, sql: string): void => {
    const database = openToLook(file)
    try {
      for (const [segment, end] of database.prepare<[], [number, number]>(sql).raw().iterate())
        lengths.set(segment, Math.max(end, lengths.get(segment) ?? 0))
    } finally {
      database.close()
    }
  }
  const around = recordLength(0)
  ask(
    layout.queue,
    `SELECT number, length FROM segment WHERE length IS NOT NULL
     UNION ALL SELECT segment, max(offset + size) + ${around} FROM entry GROUP BY segment
     UNION ALL SELECT segment, max(offset + length) FROM decision GROUP BY segment`,
  )
  const dot = "instr(content, '.')"
  for (const file of shardFiles(layout, store.shards))
    ask(
      file,
      `SELECT CAST(substr(content, 1, ${dot} - 1) AS INTEGER) AS segment,
         max(CAST(substr(content, ${dot} + 1) AS INTEGER) + size) + ${around} FROM message GROUP BY segment`,
    )
  for (const segment of lengths.keys())
    if (!existsSync(segmentFile(layoutOf(directory).segments, segment)))
      throw new CareRefused(`segment ${segment} is missing in the store: 'hauspost verify' tells what depends on it`)
  return lengths
}

async function copySegments(
  source: string,
  folder: string,
  wanted: ReadonlyMap<number, number>,
  former: readonly BackedSegment[],
  { onProgress = () => {}, signal }: BackupOptions,
): Promise<{ readonly segments: BackedSegment[]; readonly copied: number; readonly broken: readonly string[] }> {
  const known = new Map(former.map(({ name, length }) => [name, length]))
  const total = [...wanted.values()].reduce((sum, length) => sum + length, 0)
  const segments: BackedSegment[] = []
  const broken: string[] = []
  let done = 0
  let copied = 0
  for (const [number, length] of [...wanted].sort(([a], [b]) => a - b)) {
    const path = segmentFile(source, number)
    const name = await nameOfSegment(path, number)
    const target = join(folder, 'segments', name)
    const has = known.get(name)
    const from = has !== undefined && existsSync(target) && statSync(target).size >= has ? Math.min(has, length) : 0
    done += from
    const onBytes = (bytes: number): void => {
      signal?.throwIfAborted()
      done += bytes
      copied += bytes
      onProgress({ what: 'letters', done, total })
    }
    if (from < length) {
      await copyStretch(path, target, from, length, onBytes)
      broken.push(...(await findBroken(target, from, length)))
    }
    segments.push({ number, name, length })
  }
  return { segments, copied, broken }
}

async function nameOfSegment(path: string, number: number): Promise<string> {
  const file = await fs.open(path, 'r')
  try {
    const header = Buffer.alloc(fileHeaderLength)
    await file.read(header, 0, fileHeaderLength, 0)
    const said = parseFileHeader(header)
    if (!said) throw new CareRefused(`${path} has no header: 'hauspost verify' tells more`)
    return `${String(number).padStart(10, '0')}-${said.generation}-${said.made}.seg`
  } finally {
    await file.close()
  }
}

/** Settings, keys and certificates, with their modes. */
async function copyOthers(directory: string, moment: string, files: BackedFile[]): Promise<void> {
  for (const top of await fs.readdir(directory)) {
    if (!everythingElse.test(top)) continue
    const here = statSync(join(directory, top)).isDirectory()
      ? (await fs.readdir(join(directory, top), { recursive: true })).map(name => join(top, name))
      : [top]
    for (const path of here) {
      const { mode } = statSync(join(directory, path))
      if (statSync(join(directory, path)).isDirectory()) continue
      await makeFolder(dirname(join(moment, path)))
      await fs.copyFile(join(directory, path), join(moment, path))
      files.push(await keptFile(moment, path, mode & 0o777))
    }
  }
}

/** What the manifest no longer names. */
async function dropOthers(folder: string, moment: string, segments: readonly BackedSegment[]): Promise<void> {
  const kept = new Set(segments.map(({ name }) => name))
  for (const name of await fs.readdir(join(folder, 'segments')))
    if (!kept.has(name)) await fs.rm(join(folder, 'segments', name))
  for (const name of await fs.readdir(folder))
    if (name.startsWith('moment-') && name !== moment) await fs.rm(join(folder, name), { recursive: true })
}
