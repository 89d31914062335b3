import { latin1Text } from '#base/bytes'

/** `{n}` or `{n+}` at the end of a line. RFC 3501 §4.3, RFC 7888. */
export interface LiteralMark {
  /** Where the brace opens. */
  readonly at: number
  /** `Infinity` for a number that no literal can have. */
  readonly size: number
  /** Does the client wait for `+` before it sends the bytes? */
  readonly waits: boolean
}

const OPEN = 0x7b
const CLOSE = 0x7d
const PLUS = 0x2b

/** RFC 3501 §9: a number has 32 bits. */
const largest = 4_294_967_295

/** The mark that ends at `to`, if there is one in `[from, to)`. Reads backwards, so its cost is that of the digits. */
export function literalMark(bytes: Uint8Array, from: number, to: number): LiteralMark | undefined {
  let at = to - 1
  if (at < from || bytes[at] !== CLOSE) return undefined
  at--
  const waits = bytes[at] !== PLUS
  if (!waits) at--
  let size = 0
  let scale = 1
  const end = at
  for (; at >= from; at--) {
    const digit = (bytes[at] as number) - 0x30
    if (digit < 0 || digit > 9) break
    size += digit * scale
    scale *= 10
  }
  if (at < from || at === end || bytes[at] !== OPEN) return undefined
  return { at, size: size <= largest ? size : Number.POSITIVE_INFINITY, waits }
}

const isTagByte = (byte: number): boolean =>
  byte > 0x20 && byte < 0x7f && !'(){%*"\\+'.includes(String.fromCharCode(byte))

/** The longest tag that is sent back. Clients use some ten bytes. */
export const longestTag = 128

/** Where the tag at `from` ends, or `from` when there is none with a space behind it. RFC 3501 §9 tag. */
export function tagEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isTagByte(bytes[at] as number)) at++
  return at - from <= longestTag && at < to && bytes[at] === 0x20 ? at : from
}

/** The tag to answer with; `*` when there is none. */
export function tagOf(bytes: Uint8Array, from: number, to: number): string {
  const end = tagEnd(bytes, from, to)
  return end === from ? '*' : latin1Text(bytes, from, end)
}

const append = ' APPEND '

/** Is the literal that opens at `to` a message of APPEND, not its mailbox name? */
export function opensMessage(bytes: Uint8Array, from: number, to: number): boolean {
  const start = tagEnd(bytes, from, to)
  if (start === from || to - start <= append.length) return false
  for (let i = 0; i < append.length; i++) {
    const byte = bytes[start + i] as number
    const upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte
    if (upper !== append.charCodeAt(i)) return false
  }
  return true
}
