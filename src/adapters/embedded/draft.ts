import { CR, crlf, LF, noBytes } from '#base/bytes'
import type { ContentDraft } from '#mail/store'
import { openSpool, type Spool } from './spool.ts'

/** Up to here a content waits in memory. */
const mostInMemory = 256 * 1024
const firstRoom = 4 * 1024
/** Beyond this nobody could read it back in one piece, and a record's length has 32 bits. */
const mostBytes = 1024 * 1024 * 1024
const dot = 0x2e
const lineWithDot = Buffer.from('\r\n.', 'latin1')

/** Does any line of the bytes start with a dot, the first one included? */
export const hasDottedLine = (bytes: Uint8Array): boolean =>
  bytes[0] === dot || viewOf(bytes).indexOf(lineWithDot) !== -1

/** One content on its way in: first in one growing piece of memory, then in a spool file. */
export class Draft implements ContentDraft {
  readonly #spoolFolder: string
  readonly #headBytes: number
  readonly #limit: number
  readonly #fits: (bytes: number) => boolean
  readonly #mostBytes: number
  #size = 0
  #room: Buffer = Buffer.alloc(0)
  #filled = 0
  #head: Uint8Array = noBytes
  #spool: Spool | undefined
  #dotted = false
  /** The last two bytes; a content starts at the start of a line. */
  #tail: Uint8Array = crlf
  #failed: unknown
  #over = false

  /** `fits`: may a spool take so much more of the disk? */
  constructor(spoolFolder: string, headBytes: number, fits: (bytes: number) => boolean, most = mostBytes) {
    this.#spoolFolder = spoolFolder
    this.#fits = fits
    this.#mostBytes = most
    this.#headBytes = headBytes
    this.#limit = Math.max(mostInMemory, headBytes)
  }

  get size(): number {
    return this.#size
  }

  get dotted(): boolean {
    return this.#dotted
  }

  get head(): Uint8Array {
    return this.#spool ? this.#head : this.#room.subarray(0, Math.min(this.#filled, this.#headBytes))
  }

  /** Its bytes when all of them are in memory. */
  get inMemory(): Uint8Array | undefined {
    return this.#spool || this.#failed ? undefined : this.#room.subarray(0, this.#filled)
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#over) throw new Error('the draft was kept or discarded')
    if (chunk.length === 0) return
    this.#size += chunk.length
    if (this.#failed) return
    if (this.#size > this.#mostBytes) return this.#fail(Object.assign(new Error('too large'), { code: 'EFBIG' }))
    if (!this.#dotted) this.#lookForDots(chunk)
    if (this.#filled + chunk.length <= this.#limit) {
      this.#take(chunk)
      return
    }
    return this.#spill(chunk)
  }

  /** Ends writing and gives the spool, synchronised with what was written; throws what went wrong with the disk. */
  async flush(): Promise<Spool | undefined> {
    this.#over = true
    if (this.#failed) throw this.#failed
    if (this.#spool && this.#filled > 0) {
      const rest = this.#room.subarray(0, this.#filled)
      this.#filled = 0
      await this.#spool.write(rest)
    }
    return this.#spool
  }

  discard(): void {
    this.#over = true
    this.#spool?.discard()
    this.#room = Buffer.alloc(0)
    this.#filled = 0
  }

  #take(chunk: Uint8Array): void {
    const needed = this.#filled + chunk.length
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(firstRoom, needed, Math.min(this.#room.length * 2, this.#limit)))
      larger.set(this.#room.subarray(0, this.#filled), 0)
      this.#room = larger
    }
    this.#room.set(chunk, this.#filled)
    this.#filled = needed
  }

  /** Remembered and told when the draft is to be kept. Until then the peer may finish; what came is let go of. */
  #fail(error: unknown): void {
    this.#failed ??= error
    this.#spool?.discard()
    this.#room = Buffer.alloc(0)
    this.#filled = 0
  }

  async #spill(chunk: Uint8Array): Promise<void> {
    if (!this.#spool) {
      this.#head = Buffer.concat([this.head, chunk.subarray(0, Math.max(0, this.#headBytes - this.#filled))])
      this.#spool = openSpool(this.#spoolFolder, this.#fits)
    }
    const full = this.#room.subarray(0, this.#filled)
    this.#room = Buffer.alloc(0)
    this.#filled = 0
    try {
      const written = this.#spool.write(full)
      if (chunk.length <= this.#limit) this.#take(chunk)
      else await this.#spool.write(Uint8Array.from(chunk))
      await written
    } catch (error) {
      this.#fail(error)
    }
  }

  #lookForDots(chunk: Uint8Array): void {
    const [before, last] = this.#tail
    const [first, second] = chunk
    this.#dotted =
      (before === CR && last === LF && first === dot) ||
      (last === CR && first === LF && second === dot) ||
      viewOf(chunk).indexOf(lineWithDot) !== -1
    this.#tail = second === undefined ? Uint8Array.of(last as number, first as number) : chunk.slice(-2)
  }
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
