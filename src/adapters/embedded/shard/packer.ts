import { utf8, utf8Text } from '#base/bytes'

/** Numbers and texts one after the other; a number takes a byte for each seven bits. */
export class Packer {
  #bytes = new Uint8Array(256)
  #length = 0

  clear(): this {
    this.#length = 0
    return this
  }

  /** A safe integer that is not negative. */
  number(n: number): this {
    this.#room(8)
    let rest = n
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest = rest < 2 ** 31 ? rest >>> 7 : Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
    return this
  }

  /** Small of either sign. */
  signed(n: number): this {
    return this.number(n >= 0 ? n * 2 : -n * 2 - 1)
  }

  text(text: string): this {
    const bytes = utf8(text)
    this.number(bytes.length)
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #room(need: number): void {
    if (this.#length + need <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#length + need, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** Reads what a `Packer` wrote; throws `RangeError` when there is less than was promised. */
export class Unpacker {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  number(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('packed numbers end early')
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  signed(): number {
    const n = this.number()
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2
  }

  /** A number of things to come, each at least a byte. */
  count(): number {
    const n = this.number()
    if (n > this.#bytes.length - this.#at) throw new RangeError('packed numbers end early')
    return n
  }

  text(): string {
    const length = this.count()
    this.#at += length
    return utf8Text(this.#bytes, this.#at - length, this.#at)
  }
}
