/**
 * The shared toolbox over bytes: find, slice, text, join. It alone uses `Buffer`, for native speed;
 * nobody sees one outside: what comes out is `Uint8Array`.
 */
export const CR = 13
export const LF = 10
export const crlf: Uint8Array = Buffer.from('\r\n', 'latin1')
export const noBytes: Uint8Array = new Uint8Array(0)

/** A view of the same memory with Buffer's methods. Costs one small object, copies nothing. */
const view = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Text as bytes, one byte a character; characters above U+00FF lose their high bits, so give none. */
export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8')

export const latin1Text = (bytes: Uint8Array, from = 0, to = bytes.length): string =>
  view(bytes).toString('latin1', from, to)
/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export const utf8Text = (bytes: Uint8Array, from = 0, to = bytes.length): string =>
  view(bytes).toString('utf8', from, to)
export const base64Text = (bytes: Uint8Array): string => view(bytes).toString('base64')
/** Decodes what it can, as Node does; a strict reader checks the alphabet first. */
export const base64Bytes = (text: string): Uint8Array => Buffer.from(text, 'base64')

/** The first place of a byte or of a run of bytes at or behind `from`, or -1. */
export const find = (bytes: Uint8Array, what: number | Uint8Array, from = 0): number => view(bytes).indexOf(what, from)
export const findLast = (bytes: Uint8Array, what: number | Uint8Array, from = bytes.length): number =>
  view(bytes).lastIndexOf(what, from)

export const concat = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && view(a).equals(b)
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => view(a).compare(b)
/** How many bytes the text takes in UTF-8. */
export const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8')
/** Memory that is not cleared: every byte must be written before it is shown. */
export const uncleared = (size: number): Uint8Array => Buffer.allocUnsafe(size)
export const writeLatin1 = (target: Uint8Array, text: string, at: number): number =>
  view(target).write(text, at, 'latin1')

/** Is every byte below 128? */
export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 127) return false
  return true
}

/** Lower case of A-Z only: mail's case rules know no other letters. */
export const asciiLower = (text: string): string =>
  /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : text
export const asciiUpper = (text: string): string =>
  /[a-z]/.test(text) ? text.replace(/[a-z]+/g, letters => letters.toUpperCase()) : text
export const equalIgnoringCase = (a: string, b: string): boolean =>
  a.length === b.length && (a === b || asciiLower(a) === asciiLower(b))
