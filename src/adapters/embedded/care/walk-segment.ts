import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import {
  digestOf,
  headerLength,
  parseHeader,
  type RecordHeader,
  recordLength,
  trailerLength,
} from '../segment-record.ts'

/** A record, or a stretch in which none can be read. */
export type Stretch =
  | {
      readonly from: number
      readonly to: number
      readonly header: RecordHeader
      readonly payload: Uint8Array | undefined
      readonly wrong: string | undefined
    }
  | { readonly from: number; readonly to: number; readonly header: undefined }

const window = 4 * 1024 * 1024
const slice = 1024 * 1024

/** The magic of a record header as it lies on the disk. */
const magic = Buffer.from('HPR1', 'latin1')

export type WalkDepth = 'headers' | 'checksums' | 'digests'

/**
 * Every record of a segment in `[start, end)`. `checksums` reads payloads too and looks at their CRC, `digests` at their
 * SHA-256 as well. Behind a header that is broken the next one that is whole goes on. A payload is good until the next step.
 */
export function* walkSegment(file: number, start: number, end: number, depth: WalkDepth): Generator<Stretch> {
  const reader = new WindowReader(file, end)
  for (let at = start; at < end; ) {
    const header = parseHeader(reader.read(at, Math.min(end, at + headerLength)))
    const to = header ? at + recordLength(header.length) : 0
    if (!header || to > end) {
      const next = findHeader(reader, at + 1, end)
      yield { from: at, to: next, header: undefined }
      at = next
      continue
    }
    if (depth === 'headers') yield { from: at, to, header, payload: undefined, wrong: undefined }
    else {
      const own = { ...header, digest: Uint8Array.from(header.digest) }
      const record = reader.read(at, to)
      const payload = record.subarray(headerLength, record.length - trailerLength)
      yield { from: at, to, header: own, payload, wrong: wrongWith(own, record, payload, depth) }
    }
    at = to
  }
}

function wrongWith(
  header: RecordHeader,
  record: Uint8Array,
  payload: Uint8Array,
  depth: WalkDepth,
): string | undefined {
  if (record.length < recordLength(header.length)) return 'the record is cut off'
  const said = new DataView(record.buffer, record.byteOffset + record.length - trailerLength).getUint32(0, true)
  if (said !== crc32(payload)) return 'its bytes are not those that were written (checksum)'
  if (depth !== 'digests') return undefined
  const found = digestOf(payload)
  return Buffer.compare(found, header.digest) === 0 ? undefined : 'its bytes are not those that were written (SHA-256)'
}

/** Where the next whole header begins, or the end. */
function findHeader(reader: WindowReader, from: number, end: number): number {
  for (let at = from; at + headerLength <= end; ) {
    const bytes = reader.read(at, Math.min(end, at + slice))
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(magic)
    if (found < 0) {
      at += Math.max(1, bytes.length - magic.length + 1)
      continue
    }
    if (parseHeader(reader.read(at + found, Math.min(end, at + found + headerLength)))) return at + found
    at += found + 1
  }
  return end
}

/** Reads one behind the other in large pieces, and what is larger alone. */
class WindowReader {
  readonly #file: number
  readonly #end: number
  #bytes = Buffer.alloc(0)
  #from = 0

  constructor(file: number, end: number) {
    this.#file = file
    this.#end = end
  }

  read(from: number, to: number): Uint8Array {
    if (from < this.#from || to > this.#from + this.#bytes.length) {
      const length = Math.max(to - from, Math.min(window, this.#end - from))
      const bytes = Buffer.allocUnsafe(length)
      let filled = 0
      while (filled < length) {
        const read = readSync(this.#file, bytes, filled, length - filled, from + filled)
        if (read === 0) break
        filled += read
      }
      this.#from = from
      this.#bytes = bytes.subarray(0, filled)
    }
    return this.#bytes.subarray(from - this.#from, to - this.#from)
  }
}
