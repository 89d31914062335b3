import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import { type FlagBits, type FlagName, keywordBits, keywordsPerMailbox, systemFlags } from '#mail/store'
import type { Book, Box } from './book.ts'

const systemPlaces = new Map(systemFlags.map((flag, place) => [flag.toLowerCase(), place]))

/** What names mean in one mailbox: bits, and the keywords it does not have yet. */
export interface ResolvedFlags {
  readonly bits: FlagBits
  readonly fresh: readonly string[]
}

/** Looks only; `Book.addKeyword` writes. Unknown names with a backslash are nobody's flags and are passed over. */
export function resolveFlags(
  book: Book,
  box: Box,
  names: readonly FlagName[],
): Result<ResolvedFlags, 'too-many-keywords'> {
  let low = 0
  let high = 0
  const fresh: string[] = []
  for (const name of names) {
    const lower = asciiLower(name)
    const system = systemPlaces.get(lower)
    if (system !== undefined) low |= 1 << system
    if (lower.startsWith('\\')) continue
    const known = book.keywords(box)
    let place = known.findIndex(each => asciiLower(each) === lower)
    if (place < 0) {
      const among = fresh.findIndex(each => asciiLower(each) === lower)
      place = known.length + (among < 0 ? fresh.push(name) - 1 : among)
    }
    if (place >= keywordsPerMailbox) return fail('too-many-keywords')
    const bits = keywordBits(place)
    low |= bits.low
    high |= bits.high
  }
  return ok({ bits: { low: low >>> 0, high: high >>> 0 }, fresh })
}

/** The bits of what the mailbox already knows: enough to take flags away. */
export function knownFlags(book: Book, box: Box, names: readonly FlagName[]): FlagBits {
  const keywords = new Set(book.keywords(box).map(asciiLower))
  const known = names.filter(name => name.startsWith('\\') || keywords.has(asciiLower(name)))
  const resolved = resolveFlags(book, box, known)
  return resolved.ok ? resolved.value.bits : { low: 0, high: 0 }
}
