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

const sliceLength = 256 * 1024
const prefix = 'spool-'
let made = 0

export function openSpool(folder: string): Spool {
  const opened = openNameless(folder)
  // Nobody may have asked yet when it fails; `write` and `slices` tell.
  opened.catch(() => {})
  let size = 0
  let writing: Promise<void> = Promise.resolve()
  let gone = false

  return {
    get size() {
      return size
    },
    write(bytes) {
      const at = size
      size += bytes.length
      writing = Promise.all([opened, writing]).then(async ([file]) => {
        await writeAll(file, [bytes], at)
      })
      writing.catch(() => {})
      return writing
    },
    async *slices() {
      const file = await opened
      await writing
      const slice = Buffer.allocUnsafeSlow(Math.min(size, sliceLength))
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(slice, 0, slice.length, at)
        if (bytesRead === 0) throw new Error('the spool file is shorter than what was written to it')
        at += bytesRead
        yield slice.subarray(0, bytesRead)
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
