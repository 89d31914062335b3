import { find, LF, latin1 } from '#base/bytes'

/** A line that ends a part: which open multipart it belongs to, and whether it closes it. RFC 2046 §5.1.1. */
export interface Delimiter {
  readonly level: number
  readonly closes: boolean
  /** Where its line begins. */
  readonly begin: number
  /** Behind its line end. */
  readonly end: number
}

interface OpenBoundary {
  readonly text: Uint8Array
  readonly hash: number
  /** The level with the same hash that this one hides, or -1. */
  readonly hidden: number
}

const DASH = 45
const dashLine = Uint8Array.of(LF, DASH, DASH)
/** So far the next candidate is looked for by hand: close ones come cheaper than with a native call. */
const nearby = 48

const mix = (hash: number, byte: number): number => (Math.imul(hash, 16777619) ^ byte) | 0

/**
 * The boundaries of the multiparts that are open, innermost last. A candidate line costs time in its own length,
 * however many are open and however alike they are: levels are found by hash and then compared.
 */
export class OpenBoundaries {
  readonly #bytes: Uint8Array
  readonly #open: OpenBoundary[] = []
  readonly #levels = new Map<number, number>()
  #longest = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#open.length
  }

  push(boundary: string): void {
    const text = latin1(boundary)
    let hash = 0
    for (const byte of text) hash = mix(hash, byte)
    this.#open.push({ text, hash, hidden: this.#levels.get(hash) ?? -1 })
    this.#levels.set(hash, this.#open.length - 1)
    this.#longest = Math.max(this.#longest, text.length)
  }

  /** Forgets every level from `size` on. */
  truncate(size: number): void {
    while (this.#open.length > size) {
      const { hash, hidden } = this.#open.pop() as OpenBoundary
      if (hidden < 0) this.#levels.delete(hash)
      else this.#levels.set(hash, hidden)
    }
  }

  /** The next delimiter at or behind `from`, which must be the begin of a line. */
  next(from: number): Delimiter | undefined {
    for (let at = from; at >= 0; at = this.#candidate(at)) {
      const found = this.match(at)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Where the next line begins that starts with two dashes, or -1. */
  #candidate(from: number): number {
    const bytes = this.#bytes
    const near = Math.min(from + nearby, bytes.length - 2)
    for (let at = from; at < near; at++) {
      if (bytes[at] === LF && bytes[at + 1] === DASH && bytes[at + 2] === DASH) return at + 1
    }
    const far = near < from ? -1 : find(bytes, dashLine, near)
    return far < 0 ? -1 : far + 1
  }

  /** Is the line that begins here a delimiter? */
  match(begin: number): Delimiter | undefined {
    const bytes = this.#bytes
    const from = begin + 2
    if (bytes[begin] !== DASH || bytes[begin + 1] !== DASH || this.#open.length === 0) return undefined
    const most = Math.min(bytes.length, from + this.#longest + 64)
    let to = from
    let at = from
    for (; at < most; at++) {
      const byte = bytes[at] as number
      if (byte === LF) break
      if (byte !== 32 && byte !== 9 && byte !== 13) to = at + 1
    }
    if (at === bytes.length || bytes[at] === LF) {
      const level = this.#level(from, to)
      if (level >= 0) return this.#delimiter(level, false, begin, at)
      if (to - from >= 2 && bytes[to - 1] === DASH && bytes[to - 2] === DASH) {
        const closed = this.#level(from, to - 2)
        if (closed >= 0) return this.#delimiter(closed, true, begin, at)
      }
    }
    // It is enough that the line begins with the boundary; of these only the innermost is believed.
    const level = this.#open.length - 1
    const { text } = this.#open[level] as OpenBoundary
    if (!this.#startsWith(text, from)) return undefined
    const behind = from + text.length
    return this.#delimiter(level, bytes[behind] === DASH && bytes[behind + 1] === DASH, begin, at)
  }

  #delimiter(level: number, closes: boolean, begin: number, at: number): Delimiter {
    const newline = find(this.#bytes, LF, at)
    return { level, closes, begin, end: newline < 0 ? this.#bytes.length : newline + 1 }
  }

  /** The innermost level whose boundary is exactly these bytes, or -1. */
  #level(from: number, to: number): number {
    let hash = 0
    for (let i = from; i < to; i++) hash = mix(hash, this.#bytes[i] as number)
    let level = this.#levels.get(hash) ?? -1
    while (level >= 0) {
      const open = this.#open[level] as OpenBoundary
      if (open.text.length === to - from && this.#startsWith(open.text, from)) return level
      level = open.hidden
    }
    return -1
  }

  #startsWith(text: Uint8Array, at: number): boolean {
    for (let i = 0; i < text.length; i++) if (this.#bytes[at + i] !== text[i]) return false
    return true
  }
}
