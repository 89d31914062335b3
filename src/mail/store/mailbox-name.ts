import { asciiUpper, utf8Length } from '#base/bytes'

/** What a mailbox name may be at most: bytes of UTF-8, and levels. */
export const mailboxNameLimits = { bytes: 1000, levels: 50 } as const

/**
 * The one spelling of a mailbox name: NFC, `INBOX` in upper case as the first level (RFC 9051 §5.1), or `undefined`
 * when it is not a name. What is refused would be two names that look like one, or a name that looks like a path.
 */
export function canonicalName(name: string): string | undefined {
  if (name.length === 0 || name.length > mailboxNameLimits.bytes || !name.isWellFormed()) return undefined
  const composed = name.normalize('NFC')
  if (utf8Length(composed) > mailboxNameLimits.bytes || composed.startsWith('~')) return undefined
  for (let i = 0; i < composed.length; i++) if (isHidden(composed.charCodeAt(i))) return undefined
  const levels = composed.split('/')
  if (levels.length > mailboxNameLimits.levels) return undefined
  for (const level of levels) if (level === '' || level === '.' || level === '..') return undefined
  const first = levels[0] as string
  return first.length === 5 && asciiUpper(first) === 'INBOX' ? `INBOX${composed.slice(5)}` : composed
}

/** Control characters, line and paragraph separators (RFC 9051 §5.1), bidi controls, and those of no width. */
const isHidden = (c: number): boolean =>
  c < 0x20 ||
  (c >= 0x7f && c < 0xa0) ||
  c === 0x200b ||
  c === 0x200e ||
  c === 0x200f ||
  (c >= 0x2028 && c <= 0x202e) ||
  (c >= 0x2060 && c <= 0x206f) ||
  c === 0x061c ||
  c === 0xfeff ||
  c === 0xfffe ||
  c === 0xffff

/** `a/b` of `a/b/c`; `undefined` at the top. */
export function parentName(name: string): string | undefined {
  const cut = name.lastIndexOf('/')
  return cut < 0 ? undefined : name.slice(0, cut)
}
