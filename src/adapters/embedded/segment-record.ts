import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * A segment file: a header, then records one after the other. Numbers are little-endian.
 *
 *   file header, 64 bytes: magic 8 | format u32 | segment u32 | generation f64 | made f64 | store id 16 | 0 x 12 | CRC u32
 *   record header, 64 bytes: magic 4 | length u32 | kind u8 | flags u8 | 0 u16 | time f64 | SHA-256 32 | 0 x 8 | CRC u32
 *   payload, `length` bytes | CRC u32 of the payload
 *
 * The CRCs are CRC-32 (zlib), which the runtime computes natively at gigabytes a second; CRC-32C would be our own loop.
 */
export const headerLength = 64
export const trailerLength = 4
export const fileHeaderLength = 64
const crcAt = headerLength - 4

const recordMagic = 0x31525048 // 'HPR1'
const fileMagic = Buffer.from('HPOSTSEG', 'latin1')
export const segmentFormat = 1

export const recordKinds = { content: 1, decision: 2 } as const
export type RecordKind = keyof typeof recordKinds
const kindNames: Readonly<Record<number, RecordKind>> = { 1: 'content', 2: 'decision' }
const dottedFlag = 1

export interface RecordHeader {
  readonly kind: RecordKind
  readonly length: number
  readonly dotted: boolean
  readonly time: number
  readonly digest: Uint8Array
}

export const digestOf = (payload: Uint8Array): Uint8Array => hash('sha256', payload, 'buffer')

export const recordLength = (payload: number): number => headerLength + payload + trailerLength

export function encodeHeader({ kind, length, dotted, time, digest }: RecordHeader): Uint8Array {
  const header = Buffer.alloc(headerLength)
  header.writeUInt32LE(recordMagic, 0)
  header.writeUInt32LE(length, 4)
  header[8] = recordKinds[kind]
  header[9] = dotted ? dottedFlag : 0
  header.writeDoubleLE(time, 12)
  header.set(digest, 20)
  header.writeUInt32LE(crc32(header.subarray(0, crcAt)), crcAt)
  return header
}

export function encodeTrailer(checksum: number): Uint8Array {
  const trailer = Buffer.allocUnsafe(trailerLength)
  trailer.writeUInt32LE(checksum, 0)
  return trailer
}

/** The header at `at`, or undefined when there is none that is whole. */
export function parseHeader(bytes: Uint8Array, at = 0): RecordHeader | undefined {
  if (bytes.length - at < headerLength) return undefined
  const header = viewOf(bytes, at, headerLength)
  if (header.readUInt32LE(0) !== recordMagic) return undefined
  if (header.readUInt32LE(crcAt) !== crc32(header.subarray(0, crcAt))) return undefined
  const kind = kindNames[header[8] as number]
  if (!kind) return undefined
  return {
    kind,
    length: header.readUInt32LE(4),
    dotted: ((header[9] as number) & dottedFlag) !== 0,
    time: header.readDoubleLE(12),
    digest: header.subarray(20, 52),
  }
}

/** The payload of the record at `at` if the record is whole and true, else what is wrong with it. */
export function parseRecord(
  bytes: Uint8Array,
  at = 0,
): { readonly header: RecordHeader; readonly payload: Uint8Array } | string {
  const header = parseHeader(bytes, at)
  if (!header) return 'no record header'
  const from = at + headerLength
  const to = from + header.length
  if (bytes.length < to + trailerLength) return 'the record is cut off'
  const payload = bytes.subarray(from, to)
  if (viewOf(bytes, to, trailerLength).readUInt32LE(0) !== crc32(payload)) return 'checksum does not match'
  return { header, payload }
}

export interface FileHeader {
  readonly storeId: Uint8Array
  readonly segment: number
  /** Counts the starts of the program on this store; an index that knows only earlier ones is an old copy. */
  readonly generation: number
  readonly made: number
}

export function encodeFileHeader({ storeId, segment, generation, made }: FileHeader): Uint8Array {
  const header = Buffer.alloc(fileHeaderLength)
  header.set(fileMagic, 0)
  header.writeUInt32LE(segmentFormat, 8)
  header.writeUInt32LE(segment, 12)
  header.writeDoubleLE(generation, 16)
  header.writeDoubleLE(made, 24)
  header.set(storeId, 32)
  header.writeUInt32LE(crc32(header.subarray(0, crcAt)), crcAt)
  return header
}

export function parseFileHeader(bytes: Uint8Array): FileHeader | undefined {
  if (bytes.length < fileHeaderLength) return undefined
  const header = viewOf(bytes, 0, fileHeaderLength)
  if (!header.subarray(0, 8).equals(fileMagic) || header.readUInt32LE(8) !== segmentFormat) return undefined
  if (header.readUInt32LE(crcAt) !== crc32(header.subarray(0, crcAt))) return undefined
  return {
    segment: header.readUInt32LE(12),
    generation: header.readDoubleLE(16),
    made: header.readDoubleLE(24),
    storeId: Uint8Array.from(header.subarray(32, 48)),
  }
}

const viewOf = (bytes: Uint8Array, at: number, length: number): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, length)
