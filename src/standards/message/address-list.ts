import { commentEnd, isWhite, quotedEnd, unquoted } from './lexical.ts'
import type { MessageLimits } from './limits.ts'

/** One entry of an address list, text as it stands: one character a byte, quotes taken off, nothing decoded. */
export type AddressEntry =
  | {
      readonly kind: 'mailbox'
      readonly name: string | undefined
      /** Source route, `@a,@b`. */
      readonly route: string | undefined
      /** Empty when there is none. */
      readonly local: string
      readonly domain: string
    }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'group-end' }

/** Reads as RFC 5322 §3.4 and §4.4 write it, and the wild. In one pass, without recursion; it never fails. */
export function parseAddressList(text: string, limits: MessageLimits): readonly AddressEntry[] {
  const reader = new ListReader(text)
  const { entries } = reader
  for (let at = 0; at < text.length && entries.length < limits.addresses; ) at = reader.read(at)
  reader.finish()
  if (reader.inGroup) entries.push({ kind: 'group-end' })
  return entries
}

/** Words of one entry; what comes behind them is passed over. */
const mostWords = 1000

class ListReader {
  readonly entries: AddressEntry[] = []
  inGroup = false
  readonly #text: string
  /** Everything outside angle brackets, words parted by one space. */
  #phrase = ''
  /** The words before an `@`, without space. */
  #local = ''
  /** `undefined` until there was an `@`. */
  #domain: string | undefined
  #route: string | undefined
  #comment: string | undefined
  #angle: 'before' | 'in' | 'behind' = 'before'
  #blank = false
  /** Does `#local` end with a dot? */
  #dotted = false
  #words = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Takes the token at `at`; returns where the next one begins. */
  read(at: number): number {
    const text = this.#text
    const code = text.charCodeAt(at)
    switch (code) {
      case 32:
      case 9:
      case 13:
      case 10:
        this.#blank = true
        return at + 1
      case 40: {
        const end = commentEnd(text, at)
        this.#comment = unquoted(text, at, end)
        this.#blank = true
        return end
      }
      case 34: {
        const end = quotedEnd(text, at)
        this.#word(unquoted(text, at, end))
        return end
      }
      case 44:
        this.finish()
        return at + 1
      case 58:
        return this.#colon(at)
      case 59:
        this.finish()
        if (this.inGroup) this.entries.push({ kind: 'group-end' })
        this.inGroup = false
        return at + 1
      case 60:
        return this.#open(at)
      case 62:
        if (this.#angle === 'in') this.#angle = 'behind'
        return at + 1
      case 64:
        return this.#at(at)
      case 91: {
        const close = text.indexOf(']', at)
        const end = close < 0 ? text.length : close + 1
        this.#word(text.slice(at, end))
        return end
      }
      default: {
        const end = atomEnd(text, at)
        this.#word(text.slice(at, end))
        return end
      }
    }
  }

  #word(word: string): void {
    if (this.#angle === 'behind' || ++this.#words > mostWords) return
    if (this.#angle === 'before') this.#phrase += this.#blank && this.#phrase !== '' ? ` ${word}` : word
    if (this.#domain !== undefined) this.#domain += word
    else {
      // Space around a dot is only folding (RFC 5322 §4.4); between two words it is a mistake, and is shown.
      const apart = this.#blank && this.#local !== '' && !this.#dotted && !word.startsWith('.')
      this.#dotted = word.endsWith('.')
      this.#local += apart ? ` ${word}` : word
    }
    this.#blank = false
  }

  #at(at: number): number {
    if (this.#angle === 'in' && this.#local === '' && this.#domain === undefined) {
      const colon = routeEnd(this.#text, at)
      if (colon > 0) {
        this.#route = this.#text.slice(at, colon)
        return colon + 1
      }
    }
    if (++this.#words > mostWords) return at + 1
    if (this.#angle === 'before') this.#phrase += this.#blank && this.#phrase !== '' ? ' @' : '@'
    if (this.#domain === undefined) this.#domain = ''
    else if (this.#angle !== 'behind') this.#domain += '@'
    this.#blank = false
    return at + 1
  }

  #open(at: number): number {
    if (this.#angle === 'before') {
      this.#angle = 'in'
      this.#local = ''
      this.#domain = undefined
      this.#blank = false
      this.#dotted = false
      this.#words = 0
    }
    return at + 1
  }

  #colon(at: number): number {
    if (this.#angle !== 'before') {
      this.#word(':')
      return at + 1
    }
    if (this.inGroup) this.entries.push({ kind: 'group-end' })
    this.entries.push({ kind: 'group', name: this.#phrase })
    this.inGroup = true
    this.#clear()
    return at + 1
  }

  finish(): void {
    if (this.#angle !== 'before') this.#push(this.#phrase || undefined, this.#local, this.#domain ?? '')
    else if (this.#domain !== undefined) this.#push(this.#comment, this.#local, this.#domain)
    else if (this.#phrase.includes(' ')) this.#push(this.#phrase, '', '')
    else if (this.#phrase !== '') this.#push(this.#comment, this.#phrase, '')
    this.#clear()
  }

  #push(name: string | undefined, local: string, domain: string): void {
    this.entries.push({ kind: 'mailbox', name, route: this.#route, local, domain })
  }

  #clear(): void {
    this.#phrase = ''
    this.#local = ''
    this.#domain = undefined
    this.#route = undefined
    this.#comment = undefined
    this.#angle = 'before'
    this.#blank = false
    this.#dotted = false
    this.#words = 0
  }
}

/** Where the colon of a source route is, or -1. A route has no more than a path may have, RFC 5321 §4.5.3.1.3. */
function routeEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + 256)
  for (let at = from; at < most; at++) {
    const code = text.charCodeAt(at)
    if (code === 58) return at
    if (code === 60 || code === 62 || code === 34) return -1
  }
  return -1
}

/** An atom takes everything that has no meaning of its own: dots, stray brackets and bytes beyond ASCII too. */
function atomEnd(text: string, from: number): number {
  let at = from + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isWhite(code) || code === 34 || code === 40 || code === 44 || code === 91 || code === 64) break
    if (code >= 58 && code <= 62 && code !== 61) break
  }
  return at
}
