import { constants, promises as fs } from 'node:fs'
import { join } from 'node:path'
import { writeAll } from './segment-roll.ts'

/** A file for one large content on its way in. It has no name: a crash leaves nothing behind. */
export interface Spool {
  readonly size: number
  /** May be called before the last call has resolved; resolves when the disk has taken it. */
  write(bytes: Uint8Array): Promise<void>
  /** Its bytes, slice by slice. The slice is overwritten by the next one. */
  slices(): AsyncGenerator<Uint8Array>
  discard(): void
}

/** A spool that cannot be written or read back: the trouble of its own letter. */
export class SpoolFailed extends Error {
  override readonly name = 'SpoolFailed'
}

const sliceLength = 256 * 1024
const prefix = 'spool-'
let made = 0

/** `fits` is asked before each write: half a letter must not eat what the reserve is for. */
export function openSpool(folder: string, fits: (bytes: number) => boolean): Spool {
  const opened = openNameless(folder)
  // Nobody may have asked yet when it fails; `write` and `slices` tell.
  opened.catch(() => {})
  let size = 0
  let writing: Promise<void> = Promise.resolve()
  let gone = false

  const readAt = async (slice: Uint8Array, at: number): Promise<number> => {
    try {
      const file = await opened
      await writing
      const { bytesRead } = await file.read(slice, 0, slice.length, at)
      if (bytesRead > 0) return bytesRead
    } catch (error) {
      throw new SpoolFailed(`a spool cannot be read back: ${String(error)}`, { cause: error })
    }
    throw new SpoolFailed('the spool file is shorter than what was written to it')
  }

  return {
    get size() {
      return size
    },
    write(bytes) {
      const at = size
      size += bytes.length
      const hasRoom = fits(bytes.length)
      writing = Promise.all([opened, writing]).then(async ([file]) => {
        if (!hasRoom) throw Object.assign(new Error('a spool would need the reserve'), { code: 'ENOSPC' })
        await writeAll(file, [bytes], at)
      })
      writing.catch(() => {})
      return writing
    },
    async *slices() {
      const slice = Buffer.allocUnsafeSlow(Math.min(size, sliceLength))
      for (let at = 0; at < size; ) {
        const read = await readAt(slice, at)
        at += read
        yield slice.subarray(0, read)
      }
    },
    discard() {
      if (gone) return
      gone = true
      void Promise.all([opened, writing.catch(() => {})]).then(
        ([file]) => file.close().catch(() => {}),
        () => {},
      )
    },
  }
}

async function openNameless(folder: string): Promise<fs.FileHandle> {
  const path = join(folder, `${prefix}${process.pid}-${++made}`)
  const file = await fs.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  await fs.unlink(path)
  return file
}

/** What a crash between making and unlinking left. */
export async function clearSpool(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder))
    if (name.startsWith(prefix)) await fs.unlink(join(folder, name)).catch(() => {})
}
