import { instant } from '#base/clock'
import { type MessageOrdinal, type MessageWire, messageOrdinal } from '#mail/store'
import type { MessageSummary } from '#standards/imap'

/** Seven words before the bytes: received in two, size, and the length of each of the four values. */
const headSize = 28
const absent = 0xffffffff

/** One value a row: SQLite gives it out in one piece, and the parts are views of it. */
export function packWire(summary: MessageSummary, size: number, received: number): Uint8Array {
  const { envelope, bodyStructure, body, headers } = summary
  const packed = new Uint8Array(
    headSize + envelope.length + bodyStructure.length + body.length + (headers?.length ?? 0),
  )
  const head = new DataView(packed.buffer)
  head.setUint32(0, received % 2 ** 32, true)
  head.setUint32(4, Math.floor(received / 2 ** 32), true)
  head.setUint32(8, size, true)
  head.setUint32(12, envelope.length, true)
  head.setUint32(16, bodyStructure.length, true)
  head.setUint32(20, body.length, true)
  head.setUint32(24, headers ? headers.length : absent, true)
  let at = headSize
  for (const part of [envelope, bodyStructure, body, headers]) {
    if (!part) continue
    packed.set(part, at)
    at += part.length
  }
  return packed
}

export function unpackWire(ordinal: number, packed: Uint8Array): MessageWire {
  const bodyStructureAt = headSize + word(packed, 12)
  const bodyAt = bodyStructureAt + word(packed, 16)
  const headersAt = bodyAt + word(packed, 20)
  const kept = word(packed, 24)
  if (packed.length !== headersAt + (kept === absent ? 0 : kept)) throw damaged(ordinal)
  return {
    ordinal: messageOrdinal(ordinal) as MessageOrdinal,
    size: word(packed, 8),
    received: instant(word(packed, 4) * 2 ** 32 + word(packed, 0)),
    envelope: packed.subarray(headSize, bodyStructureAt),
    bodyStructure: packed.subarray(bodyStructureAt, bodyAt),
    body: packed.subarray(bodyAt, headersAt),
    headers: kept === absent ? undefined : packed.subarray(headersAt),
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

const damaged = (ordinal: number): Error =>
  Object.assign(new Error(`the wire form of message ${ordinal} is damaged`), { code: 'damaged' })
