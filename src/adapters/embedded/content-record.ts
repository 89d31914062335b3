import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { noBytes } from '#base/bytes'
import type { ContentDraft } from '#mail/store'
import { Draft, hasDottedLine } from './draft.ts'
import type { LogRecord } from './segment-log.ts'
import { digestOf, encodeHeader, encodeTrailer, headerLength, type RecordKind, recordLength } from './segment-record.ts'
import { writeAll } from './segment-roll.ts'
import type { Spool } from './spool.ts'

/** A draft made ready for the log. */
export interface ContentRecord {
  readonly record: LogRecord
  readonly size: number
  readonly dotted: boolean
}

/** Uses the draft up: `discard` it when the record is in the log or refused. Throws what its spool's disk said. */
export function makeContentRecord(
  draft: ContentDraft,
  prefix: Uint8Array,
  time: number,
): ContentRecord | Promise<ContentRecord> {
  if (!(draft instanceof Draft)) throw new Error('a draft of another store')
  const dotted = draft.dotted || (prefix.length > 0 && hasDottedLine(prefix))
  const body = draft.inMemory
  if (!body) return makeLargeRecord(draft, prefix, time, dotted)
  const size = prefix.length + body.length
  return { record: encodeRecord('content', [prefix, body], time, dotted), size, dotted }
}

/** A whole record in one piece of memory. */
export function encodeRecord(
  kind: RecordKind,
  payload: readonly Uint8Array[],
  time: number,
  dotted = false,
): { readonly length: number; readonly bytes: Uint8Array } {
  const size = payload.reduce((sum, part) => sum + part.length, 0)
  const length = recordLength(size)
  const bytes = Buffer.allocUnsafe(length)
  let at = headerLength
  for (const part of payload) {
    bytes.set(part, at)
    at += part.length
  }
  const whole = bytes.subarray(headerLength, at)
  bytes.set(encodeHeader({ kind, length: size, dotted, time, digest: digestOf(whole) }), 0)
  bytes.writeUInt32LE(crc32(whole), at)
  return { length, bytes }
}

async function makeLargeRecord(
  draft: Draft,
  prefix: Uint8Array,
  time: number,
  dotted: boolean,
): Promise<ContentRecord> {
  const spool = (await draft.flush()) as Spool
  const size = prefix.length + spool.size
  const copyTo = async (file: FileHandle, start: number): Promise<void> => {
    const digest = createHash('sha256')
    let checksum = 0
    let at = start + headerLength
    const put = async (slice: Uint8Array): Promise<void> => {
      digest.update(slice)
      checksum = crc32(slice, checksum)
      at = await writeAll(file, [slice], at)
    }
    if (prefix !== noBytes && prefix.length > 0) await put(prefix)
    for await (const slice of spool.slices()) await put(slice)
    await writeAll(file, [encodeTrailer(checksum)], at)
    // The header comes last: until it is there, nobody takes the bytes behind it for a record.
    const header = encodeHeader({ kind: 'content', length: size, dotted, time, digest: digest.digest() })
    await writeAll(file, [header], start)
  }
  return { record: { length: recordLength(size), copyTo }, size, dotted }
}
