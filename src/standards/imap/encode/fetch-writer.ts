import type { Instant } from '#base/clock'
import type { ByteWriter } from './byte-writer.ts'
import { encodeInternalDate } from './internal-date.ts'

/**
 * FETCH responses, one after the other, without an object for each: `begin`, the items in any order, `end`.
 * RFC 3501 §7.4.2. What is ready (envelopes, structures, contents) goes through untouched.
 */
export class FetchWriter {
  readonly out: ByteWriter
  #first = true

  constructor(out: ByteWriter) {
    this.out = out
  }

  begin(number: number): void {
    this.out.ascii('* ')
    this.out.number(number)
    this.out.ascii(' FETCH (')
    this.#first = true
  }

  end(): void {
    this.out.ascii(')\r\n')
  }

  uid(uid: number): void {
    this.#item('UID ')
    this.out.number(uid)
  }

  /** As `FlagTexts` has them: with parentheses. */
  flags(text: Uint8Array): void {
    this.#item('FLAGS ')
    this.out.bytes(text)
  }

  size(size: number): void {
    this.#item('RFC822.SIZE ')
    this.out.number(size)
  }

  internalDate(at: Instant): void {
    this.#item('INTERNALDATE ')
    this.out.ascii(encodeInternalDate(at))
  }

  /** The value in parentheses, as it was stored. */
  ready(item: 'ENVELOPE' | 'BODY' | 'BODYSTRUCTURE', value: Uint8Array): void {
    this.#item(item)
    this.out.space()
    this.out.bytes(value)
  }

  /** A piece of the content behind its label, as a literal whose chunks are not copied; `undefined` is NIL. */
  section(label: string, chunks: readonly Uint8Array[] | undefined): void {
    if (!chunks) {
      this.#item(label)
      this.out.ascii(' NIL')
      return
    }
    let size = 0
    for (const chunk of chunks) size += chunk.length
    this.beginSection(label, size)
    for (const chunk of chunks) this.out.bytes(chunk)
  }

  /** The same for a content that comes bit by bit: exactly `size` bytes must follow into `out`. */
  beginSection(label: string, size: number): void {
    this.#item(label)
    this.out.ascii(' {')
    this.out.number(size)
    this.out.ascii('}\r\n')
  }

  #item(name: string): void {
    if (this.#first) this.#first = false
    else this.out.space()
    this.out.ascii(name)
  }
}
