import { asciiUpper, utf8Length } from '#base/bytes'
import { isShowable } from '#base/showable'

/**
 * What a mailbox name may be at most: bytes of UTF-8 in all and in one level, and levels. A level is no longer than a
 * file name, which it becomes wherever mail is copied to a disk.
 */
export const mailboxNameLimits = { bytes: 1000, levelBytes: 255, levels: 50 } as const

/**
 * The one spelling of a mailbox name: NFC, `INBOX` in upper case as the first level (RFC 9051 §5.1), or `undefined`
 * when it is not a name. What is refused would be two names that look like one, or a name that looks like a path.
 */
export function canonicalName(name: string): string | undefined {
  if (name.length === 0 || name.length > mailboxNameLimits.bytes || !name.isWellFormed()) return undefined
  const composed = name.normalize('NFC')
  if (utf8Length(composed) > mailboxNameLimits.bytes || composed.startsWith('~')) return undefined
  if (!isShowable(composed)) return undefined
  const levels = composed.split('/')
  if (levels.length > mailboxNameLimits.levels) return undefined
  for (const level of levels) {
    if (level === '' || level === '.' || level === '..') return undefined
    if (utf8Length(level) > mailboxNameLimits.levelBytes) return undefined
  }
  const first = levels[0] as string
  return first.length === 5 && asciiUpper(first) === 'INBOX' ? `INBOX${composed.slice(5)}` : composed
}

/** `a/b` of `a/b/c`; `undefined` at the top. */
export function parentName(name: string): string | undefined {
  const cut = name.lastIndexOf('/')
  return cut < 0 ? undefined : name.slice(0, cut)
}
