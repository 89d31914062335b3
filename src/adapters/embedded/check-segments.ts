import { promises as fs } from 'node:fs'
import { segmentFile } from './content-ref.ts'
import { damaged } from './open-failure.ts'
import { fileHeaderLength, parseFileHeader } from './segment-record.ts'
import { listSegments } from './segment-roll.ts'

/** What the index says must be there. */
export interface ReferencedSegment {
  readonly segment: number
  readonly length: number
}

/** Headers looked into: those of the newest segments tell whether the index is as new as they are. */
const headersLookedAt = 64

/**
 * Before anything is served: do the segments hold what the queue refers to, and do both belong together? What messages
 * refer to lies in segments whose length is known, but for those of the last run: a disk that lost the end of these has
 * lied about a sync, and the reader of the message says so.
 */
export async function checkSegments(
  folder: string,
  referenced: readonly ReferencedSegment[],
  store: { readonly storeId: Uint8Array; readonly generation: number },
): Promise<void> {
  for (const { segment, length } of referenced) {
    const size = await sizeOf(segmentFile(folder, segment))
    if (size === undefined) return damaged(`segment ${segment} is missing`)
    if (size < length) return damaged(`segment ${segment} has ${size} bytes, ${length} are referred to`)
  }
  const known = new Set(referenced.map(({ segment }) => segment))
  for (const segment of (await listSegments(folder)).slice(-headersLookedAt)) {
    const header = await readFileHeader(segmentFile(folder, segment))
    // A crash while it was made: nobody can refer to it.
    if (!header && !known.has(segment)) continue
    if (!header || header.segment !== segment) return damaged(`segment ${segment} has no header`)
    if (!Buffer.from(header.storeId).equals(store.storeId)) return damaged(`segment ${segment} is of another store`)
    if (header.generation > store.generation) return damaged(`the indexes are older than segment ${segment}`)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await fs.stat(path)).size
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

async function readFileHeader(path: string): Promise<ReturnType<typeof parseFileHeader>> {
  const file = await fs.open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(fileHeaderLength), 0, fileHeaderLength, 0)
    return parseFileHeader(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
