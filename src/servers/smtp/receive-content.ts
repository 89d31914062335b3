import type { ContentDraft, ContentStore } from '#mail/store'
import { type ContentFlaw, ContentReader, type SmtpFrame } from '#standards/smtp'

export interface ContentLimits {
  readonly maxMessageBytes: number
  readonly maxHeaderBytes: number
}

/** How much of a letter's beginning its judges can look at. */
const headBytes = 65_536

/** One content on its way from the wire to a draft. What turns out to be no letter is read on, but kept no longer. */
export class Reception {
  flaw: ContentFlaw | undefined
  /** What made it `not-kept`. */
  problem: unknown
  /** The disk needs time: nothing may be read before this resolves. It never rejects. */
  writing: Promise<void> | undefined
  readonly #limits: ContentLimits
  readonly #reader: ContentReader
  #draft: ContentDraft | undefined

  constructor(contents: ContentStore, limits: ContentLimits, how: 'DATA' | 'BDAT') {
    this.#limits = limits
    this.#reader = new ContentReader(how)
    try {
      this.#draft = contents.begin({ headBytes })
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Takes what the frame holds of DATA. True behind CRLF.CRLF. */
  readData(frame: SmtpFrame): boolean {
    const slices: Uint8Array[] = []
    const ended = frame.takeContent(this.#reader, slices)
    this.#keep(slices)
    return ended
  }

  /** Takes at most `left` bytes of a chunk. How many there were. */
  readChunk(frame: SmtpFrame, left: number): number {
    const slices: Uint8Array[] = []
    const taken = frame.takeCounted(left, this.#reader, slices)
    this.#keep(slices)
    return taken
  }

  /** Behind the last chunk. */
  finish(): void {
    const slices: Uint8Array[] = []
    this.#reader.finish(slices)
    this.#keep(slices)
  }

  /** The draft, for whoever accepts the letter; from now on it is theirs. */
  handOver(): ContentDraft {
    const draft = this.#draft
    if (draft === undefined) throw new Error('a content that was not kept cannot be handed over')
    this.#draft = undefined
    return draft
  }

  /** A draft that is being written is left in peace until it is done. */
  discard(): void {
    const draft = this.#draft
    this.#draft = undefined
    if (draft === undefined) return
    if (this.writing === undefined) draft.discard()
    else this.writing.then(() => draft.discard())
  }

  #keep(slices: readonly Uint8Array[]): void {
    const wait = this.writing === undefined ? this.#go(slices, 0) : this.writing.then(() => this.#go(slices, 0))
    if (wait === undefined) return
    const all = wait.then(() => {
      if (this.writing === all) this.writing = undefined
    })
    this.writing = all
  }

  #go(slices: readonly Uint8Array[], from: number): Promise<void> | undefined {
    this.flaw ??= this.#look()
    if (this.flaw !== undefined) this.discard()
    try {
      for (let i = from; i < slices.length; i++) {
        const wait = this.#draft?.write(slices[i] as Uint8Array)
        if (wait) {
          return wait.then(
            () => this.#go(slices, i + 1),
            error => this.#fail(error),
          )
        }
      }
    } catch (error) {
      this.#fail(error)
    }
    return undefined
  }

  #look(): ContentFlaw | undefined {
    const { maxMessageBytes, maxHeaderBytes } = this.#limits
    if (maxMessageBytes > 0 && this.#reader.size > maxMessageBytes) return 'too-big'
    if (maxHeaderBytes > 0 && this.#reader.headerSize > maxHeaderBytes) return 'header-too-big'
    return this.#reader.nul ? 'nul' : undefined
  }

  #fail(error: unknown): void {
    this.flaw = 'not-kept'
    this.problem = error
    const draft = this.#draft
    this.#draft = undefined
    draft?.discard()
  }
}
