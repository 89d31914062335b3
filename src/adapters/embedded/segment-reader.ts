import { closeSync, openSync, readSync } from 'node:fs'
import { CorruptContent, type StoredContent } from '#mail/store'
import { parseRef, segmentFile } from './content-ref.ts'
import { parseRecord, type RecordHeader, recordLength } from './segment-record.ts'

/** Reads contents while its caller waits: for writing threads, never for the main one. */
export interface SegmentReader {
  /** The bytes, checked against their checksum, until the next call; throws `CorruptContent`. */
  readContentSync(content: StoredContent): Uint8Array
  close(): void
}

const mostOpen = 16
/** Records up to this size are read into one piece of memory, over and over. */
const room = 256 * 1024

/** `folder` is the store's `segments/`. */
export function openSegmentReader(folder: string): SegmentReader {
  const files = new Map<number, number>()
  let usual: Buffer | undefined

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

  const placeFor = (length: number): Buffer => {
    if (length > room) return Buffer.allocUnsafeSlow(length)
    usual ??= Buffer.allocUnsafeSlow(room)
    return usual.subarray(0, length)
  }

  return {
    readContentSync(content) {
      const { segment, offset } = parseRef(content.ref)
      const file = fileOf(segment)
      const bytes = placeFor(recordLength(content.size))
      let read = 0
      while (read < bytes.length) {
        const more = readSync(file, bytes, read, bytes.length - read, offset + read)
        if (more === 0) break
        read += more
      }
      return verified(content, bytes.subarray(0, read), 0)
    },
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
  checkHeader(content, record.header)
  return record.payload
}

/** Throws when a record is not the one meant. */
export function checkHeader(content: StoredContent, header: RecordHeader): void {
  if (header.kind !== 'content') throw new CorruptContent(content, `is a ${header.kind}`)
  if (header.length !== content.size) throw new CorruptContent(content, 'has another size')
}
