import { LF, uncleared } from '#base/bytes'

const EQUALS = 61

/**
 * RFC 2045 §6.7, as lax as the laxest reader: small hex digits count, an equals sign that escapes nothing stands for
 * itself, and blanks at the end of a line go, soft line break or not.
 */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const out = uncleared(bytes.length)
  let size = 0
  /** How much of `out` must stay when the line ends here: everything but blanks that stand as they are. */
  let kept = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === LF) {
      const crlf = size > kept && out[size - 1] === 13
      size = kept
      if (crlf) out[size++] = 13
      out[size++] = LF
      kept = size
    } else if (byte !== EQUALS) {
      out[size++] = byte
      if (byte !== 32 && byte !== 9 && byte !== 13) kept = size
    } else {
      const high = hexValue(bytes[at + 1])
      const low = hexValue(bytes[at + 2])
      if (high >= 0 && low >= 0) {
        out[size++] = high * 16 + low
        at += 2
      } else {
        const newline = softBreak(bytes, at + 1)
        if (newline >= 0) at = newline
        else out[size++] = EQUALS
      }
      kept = size
    }
  }
  return out.subarray(0, size)
}

/** Where the line ends, if nothing but blanks stands before; the end of the text is one too. */
function softBreak(bytes: Uint8Array, from: number): number {
  let at = from
  // RFC 2045 §6.7 (1) allows 76 characters a line; a longer run of blanks is no soft break.
  const most = Math.min(bytes.length, from + 80)
  while (at < most && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 13)) at++
  if (at === bytes.length) return at
  return bytes[at] === LF ? at : -1
}

export const hexValue = (byte: number | undefined): number =>
  byte === undefined
    ? -1
    : byte >= 48 && byte <= 57
      ? byte - 48
      : byte >= 65 && byte <= 70
        ? byte - 55
        : byte >= 97 && byte <= 102
          ? byte - 87
          : -1
