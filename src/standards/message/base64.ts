import { base64Bytes, find, latin1Text, uncleared } from '#base/bytes'

const values = new Int8Array(256).fill(-1)
for (const [value, character] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  values[character.charCodeAt(0)] = value
}

/**
 * RFC 2045 §6.8, as lax as the laxest reader: bytes outside the alphabet are passed over, padding ends a group and not
 * the text, and what is left over at the end gives the bytes it has.
 */
export function decodeBase64(bytes: Uint8Array): Uint8Array {
  return isUsual(bytes) ? base64Bytes(latin1Text(bytes)) : decodeByHand(bytes)
}

/** Padding at the end only, and none of the signs of base64url, which the machine's decoder would take for letters. */
function isUsual(bytes: Uint8Array): boolean {
  if (find(bytes, 45) >= 0 || find(bytes, 95) >= 0) return false
  const pad = find(bytes, 61)
  if (pad < 0) return true
  if (bytes.length - pad > 64) return false
  return bytes.subarray(pad).every(byte => (values[byte] as number) < 0)
}

function decodeByHand(bytes: Uint8Array): Uint8Array {
  const out = uncleared(Math.floor((bytes.length * 3) / 4) + 3)
  let size = 0
  let bits = 0
  let held = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    const value = values[byte] as number
    if (value < 0) {
      if (byte === 61) held = bits = 0
      continue
    }
    bits = (bits << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    out[size++] = (bits >> held) & 255
    bits &= 255
  }
  return out.subarray(0, size)
}
