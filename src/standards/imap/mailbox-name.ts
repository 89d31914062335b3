import { asciiUpper, base64Bytes, base64Text, uncleared } from '#base/bytes'
import { isShowable } from '#base/showable'

/** More than any client's user types, less than what hurts. In characters. */
export const longestMailboxName = 1_000

/**
 * A mailbox name from its modified UTF-7 (RFC 3501 §5.1.3), in NFC, or nothing. One mailbox has one spelling: shifted
 * ASCII, shifts that could be one, missing ends, spare bits and half surrogates are refused. So are control characters
 * and those that turn the direction of writing, because names are shown. `INBOX` is INBOX in every case (§5.1),
 * but only in ASCII.
 */
export function decodeMailboxName(encoded: string): string | undefined {
  const text = encoded.includes('&') ? fromUtf7(encoded) : isPlain(encoded) ? encoded : undefined
  if (text === undefined || text === '' || text.length > longestMailboxName) return undefined
  const name = text.normalize('NFC')
  if (!isShowable(name)) return undefined
  return withInbox(name)
}

/** The same for a pattern of LIST: `%` and `*` stand for themselves. Empty is allowed. */
export const decodeMailboxPattern = (encoded: string): string | undefined =>
  encoded === '' ? '' : decodeMailboxName(encoded)

function withInbox(name: string): string {
  if (name.length < 5 || asciiUpper(name.slice(0, 5)) !== 'INBOX') return name
  return name.length === 5 || name[5] === '/' ? `INBOX${name.slice(5)}` : name
}

/** RFC 3501 §5.1.3: printable US-ASCII stands for itself. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

function fromUtf7(encoded: string): string | undefined {
  let text = ''
  let at = 0
  let shiftEnd = -1
  while (at < encoded.length) {
    const shift = encoded.indexOf('&', at)
    const plain = encoded.slice(at, shift < 0 ? encoded.length : shift)
    if (!isPlain(plain)) return undefined
    text += plain
    if (shift < 0) break
    const end = encoded.indexOf('-', shift)
    if (end < 0) return undefined
    if (end === shift + 1) text += '&'
    else {
      // Two shifts with nothing between them are one shift written twice.
      if (shift === shiftEnd) return undefined
      const shifted = fromShift(encoded.slice(shift + 1, end))
      if (shifted === undefined) return undefined
      text += shifted
      shiftEnd = end + 1
    }
    at = end + 1
  }
  return text
}

/** UTF-16BE in base64 with `,` for `/` and no `=`. */
function fromShift(base64: string): string | undefined {
  for (let i = 0; i < base64.length; i++) if (!isShiftCharacter(base64.charCodeAt(i))) return undefined
  const bytes = base64Bytes(base64.replaceAll(',', '/'))
  let text = ''
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const unit = ((bytes[i] as number) << 8) | (bytes[i + 1] as number)
    if (unit >= 0x20 && unit <= 0x7e) return undefined
    text += String.fromCharCode(unit)
  }
  // Canonical when it would be written so again: no spare bits, no odd byte, no `=`.
  return text.isWellFormed() && toShift(text) === base64 ? text : undefined
}

const isShiftCharacter = (code: number): boolean =>
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2b ||
  code === 0x2c

function toShift(text: string): string {
  const bytes = uncleared(text.length * 2)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    bytes[2 * i] = unit >> 8
    bytes[2 * i + 1] = unit & 0xff
  }
  const padded = base64Text(bytes)
  const end = padded.indexOf('=')
  return (end < 0 ? padded : padded.slice(0, end)).replaceAll('/', ',')
}

/** Modified UTF-7 of a mailbox name. */
export function encodeMailboxName(name: string): string {
  if (!name.includes('&') && isPlain(name)) return name
  let encoded = ''
  for (let at = 0; at < name.length; ) {
    const plain = isPlain(name.charAt(at))
    let end = at + 1
    while (end < name.length && isPlain(name.charAt(end)) === plain) end++
    const run = name.slice(at, end)
    encoded += plain ? run.replaceAll('&', '&-') : `&${toShift(run)}-`
    at = end
  }
  return encoded
}
