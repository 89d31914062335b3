import { constants, promises as fs } from 'node:fs'
import { segmentFile, segmentNumber } from './content-ref.ts'
import { encodeFileHeader, fileHeaderLength } from './segment-record.ts'

/** The segment that takes appends. */
export interface OpenSegment {
  readonly number: number
  readonly file: fs.FileHandle
  /** Everything before this is whole and synced. */
  end: number
}

export interface SegmentsOfStore {
  readonly folder: string
  readonly storeId: Uint8Array
  readonly generation: number
}

/** A sync failed: what is on the disk is unknown, and asking again would hear a lie. */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed'
  readonly code = 'sync-failed'
}

/**
 * Makes a segment and only then shows it: header written, file synced, its name synced into the folder.
 * A tail that an earlier run left is never written over, because every run begins a segment of its own.
 */
export async function createSegment(store: SegmentsOfStore, number: number, now: number): Promise<OpenSegment> {
  const { folder, storeId, generation } = store
  const path = segmentFile(folder, number)
  const file = await fs.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    await writeAll(file, [encodeFileHeader({ storeId, segment: number, generation, made: now })], 0)
    await syncOrStop(() => file.sync())
    await syncFolder(folder)
    return { number, file, end: fileHeaderLength }
  } catch (error) {
    await file.close().catch(() => {})
    if (!(error instanceof SyncFailed)) await fs.unlink(path).catch(() => {})
    throw error
  }
}

/** Makes names durable: a file that was synced can still lack its name after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r')
  try {
    await syncOrStop(() => handle.sync())
  } finally {
    await handle.close()
  }
}

export async function syncOrStop(sync: () => Promise<void>): Promise<void> {
  try {
    await sync()
  } catch (error) {
    throw new SyncFailed(`sync failed: ${String(error)}`)
  }
}

/** Writes all of it, however little the kernel takes at once. */
export async function writeAll(file: fs.FileHandle, parts: readonly Uint8Array[], at: number): Promise<number> {
  let rest = parts.some(part => part.length === 0) ? parts.filter(part => part.length > 0) : parts
  let position = at
  while (rest.length > 0) {
    const some = rest.length > mostVectors ? rest.slice(0, mostVectors) : rest
    const { bytesWritten } = await file.writev(some, position)
    if (bytesWritten === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' })
    position += bytesWritten
    rest = behind(rest, bytesWritten)
  }
  return position
}

/** IOV_MAX. */
const mostVectors = 1024

function behind(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written
  for (const [i, part] of parts.entries()) {
    if (left < part.length) return left === 0 ? parts.slice(i) : [part.subarray(left), ...parts.slice(i + 1)]
    left -= part.length
  }
  return []
}

/** The numbers of all segments in the folder, rising. */
export const listSegments = async (folder: string): Promise<readonly number[]> =>
  (await fs.readdir(folder))
    .map(segmentNumber)
    .filter(number => number !== undefined)
    .sort((a, b) => a - b)
