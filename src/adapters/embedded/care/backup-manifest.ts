import { createHash } from 'node:crypto'
import { closeSync, promises as fs, fsyncSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../segment-roll.ts'

/** What a backup folder says of itself. It is written last: without it, or beside files that it does not name, nothing counts. */
export interface BackupManifest {
  readonly format: 1
  readonly storeId: string
  readonly shards: number
  readonly generation: number
  /** ISO 8601, in UTC: the moment that it shows. */
  readonly at: string
  /** The folder of the indexes and other files of this backup. */
  readonly moment: string
  readonly segments: readonly BackedSegment[]
  readonly files: readonly BackedFile[]
}

export interface BackedSegment {
  readonly number: number
  /** Its name in the backup: a number can come again after a restore. */
  readonly name: string
  readonly length: number
}

export interface BackedFile {
  /** Below the data directory. */
  readonly path: string
  readonly mode: number
  readonly size: number
  readonly sha256: string
}

const name = 'manifest'

export async function readManifest(folder: string): Promise<BackupManifest | undefined> {
  let text: string
  try {
    text = await fs.readFile(join(folder, name), 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
  const said = JSON.parse(text) as BackupManifest
  if (said.format !== 1 || !Array.isArray(said.segments) || !Array.isArray(said.files))
    throw new Error(`${join(folder, name)} is not one that this version can read`)
  return said
}

/** The former one or this one, never a half. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const beside = join(folder, `${name}.new`)
  const file = await fs.open(beside, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(manifest, undefined, 1)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await fs.rename(beside, join(folder, name))
  await syncFolder(folder)
}

/** Of the bytes as they are read back. */
export function fileDigest(path: string): string {
  const file = openSync(path, 'r')
  try {
    const digest = createHash('sha256')
    const bytes = Buffer.allocUnsafe(1024 * 1024)
    for (;;) {
      const read = readSync(file, bytes, 0, bytes.length, null)
      if (read === 0) return digest.digest('hex')
      digest.update(bytes.subarray(0, read))
    }
  } finally {
    closeSync(file)
  }
}

export function syncFile(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
