import { crc32 } from 'node:zlib'
import { type MailboxView, type Modseq, makeView } from '#mail/store'

/** A view with the size of each message beside it: what the writer needs to keep its counters. */
export interface Ledger {
  readonly view: MailboxView
  /** As long as the view's columns, and only its first `count` places are in use. */
  size: Uint32Array
}

/** magic, count, CRC-32 of all that follows, nothing; then the columns, the widest first. */
const headSize = 16
const magic = 0x31765048
const bytesPerMessage = 28

/** The words are in the order of this machine: a checkpoint is derived, and never leaves its file. */
export function packView({ view, size }: Ledger): Uint8Array {
  const { count } = view
  const packed = new Uint8Array(headSize + count * bytesPerMessage)
  let at = headSize
  for (const column of [view.modseq, view.uid, view.ordinal, view.low, view.high, size]) {
    const used = new Uint8Array(column.buffer, column.byteOffset, count * column.BYTES_PER_ELEMENT)
    packed.set(used, at)
    at += used.length
  }
  const head = new Uint32Array(packed.buffer, 0, headSize / 4)
  head[0] = magic
  head[1] = count
  head[2] = crc32(packed.subarray(headSize))
  return packed
}

/** `undefined` when the bytes are not what was written. */
export function unpackView(packed: Uint8Array, upTo: Modseq, keywords: readonly string[]): Ledger | undefined {
  if (packed.length < headSize) return undefined
  const head = new Uint32Array(packed.slice(0, headSize).buffer)
  const count = head[1] as number
  if (head[0] !== magic || packed.length !== headSize + count * bytesPerMessage) return undefined
  if (crc32(packed.subarray(headSize)) !== head[2]) return undefined
  const room = count + 32
  const view = makeView(upTo, keywords, room)
  const size = new Uint32Array(room)
  view.count = count
  let at = headSize
  for (const column of [view.modseq, view.uid, view.ordinal, view.low, view.high, size]) {
    const bytes = count * column.BYTES_PER_ELEMENT
    new Uint8Array(column.buffer).set(packed.subarray(at, at + bytes))
    at += bytes
  }
  return { view, size }
}
