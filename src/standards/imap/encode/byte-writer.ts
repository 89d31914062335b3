import { concat, uncleared, utf8, writeLatin1 } from '#base/bytes'

const blockSize = 65_536
/** Longer byte runs are handed on as they are; shorter ones are cheaper to copy than to send apart. */
const copiedUpTo = 1_024

/** Collects what goes to the client: short pieces in blocks of its own, long ones by reference. */
export class ByteWriter {
  #chunks: Uint8Array[] = []
  #block: Uint8Array
  #from = 0
  #at = 0
  #before = 0
  readonly #blockSize: number

  constructor(firstBlock = 1_024) {
    this.#blockSize = firstBlock
    this.#block = uncleared(firstBlock)
  }

  get size(): number {
    return this.#before + this.#at - this.#from
  }

  /** What was written since the last time, in order. The bytes now belong to the caller. */
  take(): readonly Uint8Array[] {
    this.#cut()
    const chunks = this.#chunks
    this.#chunks = []
    this.#before = 0
    return chunks
  }

  takeBytes(): Uint8Array {
    return concat(this.take())
  }

  /** Characters up to U+007F only. */
  ascii(text: string): void {
    const { length } = text
    if (this.#block.length - this.#at < length) this.#makeRoom(length)
    if (length > 24) {
      this.#at += writeLatin1(this.#block, text, this.#at)
      return
    }
    const block = this.#block
    let at = this.#at
    for (let i = 0; i < length; i++) block[at++] = text.charCodeAt(i)
    this.#at = at
  }

  utf8(text: string): void {
    this.bytes(utf8(text))
  }

  /** A non-negative integer. */
  number(number: number): void {
    if (this.#block.length - this.#at < 20) this.#makeRoom(20)
    if (number > 0x7fffffff) {
      this.ascii(String(number))
      return
    }
    const block = this.#block
    const from = this.#at
    let at =
      from +
      (number < 1e5
        ? number < 1e3
          ? number < 10
            ? 1
            : number < 100
              ? 2
              : 3
          : number < 1e4
            ? 4
            : 5
        : digitsBeyond(number))
    this.#at = at
    let rest = number | 0
    do {
      const tenth = (rest / 10) | 0
      block[--at] = 0x30 + (rest - tenth * 10)
      rest = tenth
    } while (at > from)
  }

  space(): void {
    if (this.#block.length === this.#at) this.#makeRoom(1)
    this.#block[this.#at++] = 0x20
  }

  /** Long bytes are not copied: nobody may change them until they are sent. */
  bytes(bytes: Uint8Array): void {
    const { length } = bytes
    if (length > copiedUpTo) {
      this.#cut()
      this.#chunks.push(bytes)
      this.#before += length
      return
    }
    if (this.#block.length - this.#at < length) this.#makeRoom(length)
    if (length > 32) this.#block.set(bytes, this.#at)
    else for (let i = 0; i < length; i++) this.#block[this.#at + i] = bytes[i] as number
    this.#at += length
  }

  #cut(): void {
    if (this.#at === this.#from) return
    this.#chunks.push(this.#block.subarray(this.#from, this.#at))
    this.#before += this.#at - this.#from
    this.#from = this.#at
  }

  #makeRoom(need: number): void {
    this.#cut()
    this.#block = uncleared(Math.max(need, this.#before > this.#blockSize ? blockSize : 4 * this.#blockSize))
    this.#from = this.#at = 0
  }
}

const digitsBeyond = (number: number): number =>
  number < 1e6 ? 6 : number < 1e7 ? 7 : number < 1e8 ? 8 : number < 1e9 ? 9 : 10
