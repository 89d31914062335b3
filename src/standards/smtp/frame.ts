import { CR, concat, find, LF, noBytes } from '#base/bytes'
import type { ContentReader } from './content-reader.ts'

/** TLS where none is spoken, or a proxy's header: such a peer waits for an answer, not for the end of a line. */
export const isBinary = (first: number): boolean => first < 32 && first !== CR && first !== LF

/**
 * Bytes of a client, in whatever cut they come, taken as lines or as content: which of them is next is only known
 * when the last one has been answered, so the frame is asked. Only CRLF ends a line.
 */
export class SmtpFrame {
  #bytes: Uint8Array = noBytes
  #from = 0
  /** What came behind `#bytes` while nobody asked: joined when somebody does, or each packet would copy all before it. */
  #more: Uint8Array[] | undefined
  #moreLength = 0
  /** No CRLF ends before this place. */
  #searched = 0

  /** Bytes that have come and were not taken. */
  get pending(): number {
    return this.#bytes.length - this.#from + this.#moreLength
  }

  /** The first byte that is pending, or undefined. */
  get next(): number | undefined {
    return this.#bytes[this.#from]
  }

  feed(chunk: Uint8Array): void {
    if (this.pending === 0) {
      this.#bytes = chunk
      this.#from = 0
      this.#searched = 0
      return
    }
    this.#more ??= []
    this.#more.push(chunk)
    this.#moreLength += chunk.length
  }

  #join(): void {
    if (this.#more === undefined) return
    this.#searched -= this.#from
    this.#bytes = concat([this.#bytes.subarray(this.#from), ...this.#more])
    this.#from = 0
    this.#more = undefined
    this.#moreLength = 0
  }

  /** The next line without its CRLF. `maxBytes` counts the CRLF, as RFC 5321 §4.5.3.1.4 does. */
  takeLine(maxBytes: number): Uint8Array | 'more' | 'too-long' {
    this.#join()
    let at = this.#searched
    for (;;) {
      at = find(this.#bytes, LF, at)
      if (at < 0) {
        this.#searched = this.#bytes.length
        return this.pending > maxBytes ? 'too-long' : 'more'
      }
      if (at > this.#from && this.#bytes[at - 1] === CR) break
      at++
    }
    if (at + 1 - this.#from > maxBytes) return 'too-long'
    const line = this.#bytes.subarray(this.#from, at - 1)
    this.#take(at + 1)
    return line
  }

  /** Content of DATA. True when its end has come. */
  takeContent(reader: ContentReader, out: Uint8Array[]): boolean {
    this.#join()
    const end = reader.read(this.#bytes, this.#from, this.#bytes.length, out)
    this.#take(end < 0 ? this.#bytes.length : end)
    return end >= 0
  }

  /** Content of BDAT: at most `count` bytes. How many there were. */
  takeCounted(count: number, reader: ContentReader, out: Uint8Array[]): number {
    this.#join()
    const taken = Math.min(count, this.pending)
    reader.read(this.#bytes, this.#from, this.#from + taken, out)
    this.#take(this.#from + taken)
    return taken
  }

  /** Drops at most `count` bytes. How many there were. */
  skip(count: number): number {
    this.#join()
    const taken = Math.min(count, this.pending)
    this.#take(this.#from + taken)
    return taken
  }

  /** Forgets what is pending. */
  clear(): void {
    this.#more = undefined
    this.#moreLength = 0
    this.#take(this.#bytes.length)
  }

  #take(to: number): void {
    this.#from = to
    this.#searched = to
    // Whoever waits for the next command holds no memory.
    if (to === this.#bytes.length) {
      this.#bytes = noBytes
      this.#from = 0
      this.#searched = 0
    }
  }
}
