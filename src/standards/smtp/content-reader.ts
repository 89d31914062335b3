import { CR, crlf, LF } from '#base/bytes'

const DOT = 46
const space = new Uint8Array([32])

const TEXT = 0
/** Behind a CRLF, or at the very beginning. */
const START = 1
/** Held back until the next chunk: what came at its end. */
const HELD_CR = 2
const HELD_DOT = 3
const HELD_DOT_CR = 4

/**
 * Turns a content as it travels into wire form: dots unstuffed (RFC 5321 §4.5.2), a bare LF made CRLF, a bare CR made
 * a space. Neither ever ends the data or lets a dot count: only what stands behind a true CRLF does. The same for
 * DATA, which ends with CRLF.CRLF, and for BDAT, which has no dots to look for.
 */
export class ContentReader {
  /** Bytes given out so far. */
  size = 0
  /** A NUL has no place in a message, RFC 5322 §4. */
  nul = false
  readonly #dots: boolean
  #state = START
  /** What `size` was when the line began. */
  #lineBegan = 0
  #header: number | undefined

  constructor(how: 'DATA' | 'BDAT') {
    this.#dots = how === 'DATA'
  }

  /** Up to and with the empty line, as far as it has come. */
  get headerSize(): number {
    return this.#header ?? this.size
  }

  /**
   * Reads `bytes` within `[from, to)` and appends the content to `out`, as views. The place behind the end of the
   * data, or -1 when it has not come yet.
   */
  read(bytes: Uint8Array, from: number, to: number, out: Uint8Array[]): number {
    let begin = from
    let at = from
    while (at < to) {
      if (this.#state !== TEXT) {
        if (this.#state === START) {
          this.#state = TEXT
          if (!this.#dots || bytes[at] !== DOT) continue
          this.#give(bytes, begin, at, out)
          if (at + 2 < to && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3
          begin = ++at
          if (at === to) this.#state = HELD_DOT
          else if (at + 1 === to && bytes[at] === CR) {
            this.#state = HELD_DOT_CR
            begin = ++at
          }
          continue
        }
        const next = bytes[at]
        if (this.#state === HELD_DOT) {
          if (next === CR) {
            this.#state = HELD_DOT_CR
            begin = ++at
          } else this.#state = TEXT
          continue
        }
        if (next !== LF) {
          this.#put(space, out)
          this.#state = TEXT
          continue
        }
        begin = ++at
        if (this.#state === HELD_DOT_CR) return at
        this.#endLine(out)
        this.#state = START
        continue
      }
      while (at < to && (bytes[at] as number) > CR) at++
      if (at === to) break
      const found = bytes[at] as number
      if (found === CR) {
        if (at + 1 === to) {
          this.#give(bytes, begin, at, out)
          this.#state = HELD_CR
          begin = ++at
        } else if (bytes[at + 1] === LF) {
          const within = this.size + at - begin
          if (this.#header === undefined && within === this.#lineBegan) this.#header = within + 2
          this.#lineBegan = within + 2
          this.#state = START
          at += 2
        } else {
          this.#give(bytes, begin, at, out)
          this.#put(space, out)
          begin = ++at
        }
      } else if (found === LF) {
        this.#give(bytes, begin, at, out)
        this.#endLine(out)
        begin = ++at
      } else {
        if (found === 0) this.nul = true
        at++
      }
    }
    this.#give(bytes, begin, to, out)
    return -1
  }

  /** The last chunk of BDAT has been read: a last line without its CRLF gets one. */
  finish(out: Uint8Array[]): void {
    if (this.#state === HELD_CR) this.#put(space, out)
    if (this.size > this.#lineBegan) this.#endLine(out)
    this.#state = START
  }

  #give(bytes: Uint8Array, begin: number, end: number, out: Uint8Array[]): void {
    if (end > begin) this.#put(begin === 0 && end === bytes.length ? bytes : bytes.subarray(begin, end), out)
  }

  #put(bytes: Uint8Array, out: Uint8Array[]): void {
    out.push(bytes)
    this.size += bytes.length
  }

  #endLine(out: Uint8Array[]): void {
    if (this.#header === undefined && this.size === this.#lineBegan) this.#header = this.size + 2
    this.#put(crlf, out)
    this.#lineBegan = this.size
  }
}
