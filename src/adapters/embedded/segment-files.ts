import { promises as fs } from 'node:fs'
import { segmentFile } from './content-ref.ts'

/** Segments open for reading: a bounded number, the least recently asked for closed first, none while it is read. */
export interface SegmentFiles {
  /** As many of the bytes `[from, to)` as the file has. Rejects with ENOENT when there is no such segment. */
  read(segment: number, from: number, to: number): Promise<Uint8Array>
  close(): Promise<void>
}

interface OpenFile {
  readonly opened: Promise<fs.FileHandle>
  users: number
}

export function openSegmentFiles(folder: string, mostOpen = 64): SegmentFiles {
  const files = new Map<number, OpenFile>()

  const use = (segment: number): OpenFile => {
    const known = files.get(segment)
    const entry = known ?? { opened: fs.open(segmentFile(folder, segment), 'r'), users: 0 }
    entry.users++
    files.delete(segment)
    files.set(segment, entry)
    if (!known) closeSome()
    return entry
  }

  const closeSome = (): void => {
    for (const [segment, entry] of files) {
      if (files.size <= mostOpen) return
      if (entry.users > 0) continue
      files.delete(segment)
      void entry.opened.then(file => file.close()).catch(() => {})
    }
  }

  return {
    async read(segment, from, to) {
      const entry = use(segment)
      try {
        const file = await entry.opened
        const bytes = Buffer.allocUnsafe(to - from)
        let filled = 0
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return bytes.subarray(0, filled)
      } catch (error) {
        // What could not be opened, or reads no more, must not stay remembered.
        if (files.get(segment) === entry && entry.users === 1) {
          files.delete(segment)
          void entry.opened.then(file => file.close()).catch(() => {})
        }
        throw error
      } finally {
        entry.users--
      }
    },
    async close() {
      const all = [...files.values()]
      files.clear()
      await Promise.all(all.map(({ opened }) => opened.then(file => file.close()).catch(() => {})))
    },
  }
}
