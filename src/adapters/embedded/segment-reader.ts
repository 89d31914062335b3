import { closeSync, openSync, readSync } from 'node:fs'
import { CorruptContent, type StoredContent } from '#mail/store'
import { segmentFile } from './content-ref.ts'
import { mergeReads, type Stretch } from './merge-reads.ts'
import { parseRecord } from './segment-record.ts'

/** Reads contents while its caller waits: for writing threads, never for the main one. */
export interface SegmentReader {
  /** The bytes, checked against their checksum; throws `CorruptContent`. */
  readContentSync(content: StoredContent): Uint8Array
  /** The same for many; neighbours come in one read. The bytes share memory. */
  readManySync(contents: readonly StoredContent[]): readonly Uint8Array[]
  close(): void
}

const mostOpen = 16

/** `folder` is the store's `segments/`. */
export function openSegmentReader(folder: string): SegmentReader {
  const files = new Map<number, number>()

  const fileOf = (segment: number): number => {
    const open = files.get(segment)
    if (open !== undefined) {
      // Moved to the end: the first is the one that was not asked for longest.
      files.delete(segment)
      files.set(segment, open)
      return open
    }
    const file = openSync(segmentFile(folder, segment), 'r')
    files.set(segment, file)
    for (const [oldest, descriptor] of files) {
      if (files.size <= mostOpen) break
      files.delete(oldest)
      closeSync(descriptor)
    }
    return file
  }

  const readStretch = ({ segment, from, to }: Stretch): Uint8Array => {
    const bytes = Buffer.allocUnsafeSlow(to - from)
    let read = 0
    while (read < bytes.length) {
      const more = readSync(fileOf(segment), bytes, read, bytes.length - read, from + read)
      if (more === 0) break
      read += more
    }
    return bytes.subarray(0, read)
  }

  const readManySync = (contents: readonly StoredContent[]): readonly Uint8Array[] => {
    const found = new Array<Uint8Array>(contents.length)
    for (const stretch of mergeReads(contents)) {
      const bytes = readStretch(stretch)
      for (const { place, at } of stretch.parts) found[place] = verified(contents[place] as StoredContent, bytes, at)
    }
    return found
  }

  return {
    readContentSync: content => readManySync([content])[0] as Uint8Array,
    readManySync,
    close() {
      for (const file of files.values()) closeSync(file)
      files.clear()
    },
  }
}

/** The content that begins at `at`, if it is whole, true and the one meant. */
export function verified(content: StoredContent, bytes: Uint8Array, at: number): Uint8Array {
  const record = parseRecord(bytes, at)
  if (typeof record === 'string') throw new CorruptContent(content, record)
  if (record.header.kind !== 'content') throw new CorruptContent(content, `is a ${record.header.kind}`)
  if (record.payload.length !== content.size) throw new CorruptContent(content, 'has another size')
  return record.payload
}
