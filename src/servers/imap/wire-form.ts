import { CR, find, LF } from '#base/bytes'

/**
 * Brings what a client appends into wire form: each line ends in CRLF (RFC 5322 §2.1). Only bare LF is mended; where
 * there is none the bytes go on as they came.
 */
export function makeWireForm(
  write: (bytes: Uint8Array) => void | Promise<void>,
): (bytes: Uint8Array) => void | Promise<void> {
  let last = 0
  return bytes => {
    const before = last
    last = bytes[bytes.length - 1] ?? last
    const bare = countBare(bytes, before)
    return write(bare === 0 ? bytes : mended(bytes, before, bare))
  }
}

function countBare(bytes: Uint8Array, before: number): number {
  let count = 0
  for (let at = find(bytes, LF); at >= 0; at = find(bytes, LF, at + 1))
    if ((at === 0 ? before : bytes[at - 1]) !== CR) count++
  return count
}

function mended(bytes: Uint8Array, before: number, bare: number): Uint8Array {
  const whole = new Uint8Array(bytes.length + bare)
  let to = 0
  let last = before
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte === LF && last !== CR) whole[to++] = CR
    whole[to++] = byte
    last = byte
  }
  return whole
}
