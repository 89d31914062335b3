/**
 * Flags as bits. The five system flags of RFC 9051 §2.3.2 have fixed bits; keywords get bits per mailbox, in the order
 * in which they first appear there. 64 bits a message, in two 32-bit halves.
 */
export interface FlagBits {
  readonly low: number
  readonly high: number
}

export const systemFlags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'] as const

export const SEEN = 1
export const FLAGGED = 4
export const DELETED = 8

/** The most keywords one mailbox can hold: what 64 bits leave beside the system flags. */
export const keywordsPerMailbox = 64 - systemFlags.length

export const noFlags: FlagBits = { low: 0, high: 0 }

/** The bits of a keyword by its place in its mailbox's list. */
export const keywordBits = (place: number): FlagBits => {
  const bit = place + systemFlags.length
  return bit < 32 ? { low: (1 << bit) >>> 0, high: 0 } : { low: 0, high: (1 << (bit - 32)) >>> 0 }
}

/** Names as a client wrote them; system flags and keywords compare without case (RFC 9051 §9 flag-keyword, §2.3.2). */
export type FlagName = string

export interface FlagChange {
  readonly op: 'add' | 'remove' | 'replace'
  readonly flags: readonly FlagName[]
}

/** The same with bits of one mailbox: what a change row carries. */
export interface FlagBitsChange {
  readonly op: 'add' | 'remove' | 'replace'
  readonly bits: FlagBits
}

export function flagNames(bits: FlagBits, keywords: readonly string[]): string[] {
  const names: string[] = []
  for (let i = 0; i < systemFlags.length; i++) if (bits.low & (1 << i)) names.push(systemFlags[i] as string)
  for (let i = 0; i < keywords.length; i++) {
    const bit = keywordBits(i)
    if (bits.low & bit.low || bits.high & bit.high) names.push(keywords[i] as string)
  }
  return names
}
