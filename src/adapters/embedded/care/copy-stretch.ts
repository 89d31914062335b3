import { promises as fs } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileHeaderLength } from '../segment-record.ts'
import { writeAll } from '../segment-roll.ts'
import { walkSegment } from './walk-segment.ts'

const slice = 1024 * 1024

/** Copies `[from, to)` of one file into another and syncs it. `onBytes` may throw to stop. */
export async function copyStretch(
  source: string,
  target: string,
  from: number,
  to: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const read = await fs.open(source, 'r')
  try {
    const write = await fs.open(target, from === 0 ? 'w' : 'r+', 0o600)
    try {
      const bytes = Buffer.allocUnsafe(slice)
      for (let at = from; at < to; ) {
        const { bytesRead } = await read.read(bytes, 0, Math.min(slice, to - at), at)
        if (bytesRead === 0) throw new Error(`${source} has ${at} bytes, ${to} are referred to`)
        at = await writeAll(write, [bytes.subarray(0, bytesRead)], at)
        onBytes(bytesRead)
      }
      await write.truncate(to)
      await write.sync()
    } finally {
      await write.close()
    }
  } finally {
    await read.close()
  }
}

/** Reads a copied segment back from a record's begin on: the places of records that are not whole. */
export async function findBroken(path: string, from: number, to: number): Promise<readonly string[]> {
  const broken: string[] = []
  const file = await fs.open(path, 'r')
  try {
    let sinceTurn = 0
    for (const { from: at, to: end, ...rest } of walkSegment(
      file.fd,
      Math.max(from, fileHeaderLength),
      to,
      'checksums',
    )) {
      if (!rest.header) broken.push(`${path}: no record at ${at}`)
      else if (rest.wrong !== undefined) broken.push(`${path}: the record at ${at}: ${rest.wrong}`)
      sinceTurn += end - at
      if (sinceTurn < slice * 8) continue
      sinceTurn = 0
      await nextTurn()
    }
  } finally {
    await file.close()
  }
  return broken
}
