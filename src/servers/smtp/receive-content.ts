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
  /** What made it `not-kept`, if that was a surprise. */
  problem: unknown
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

  /** Takes what the frame holds of DATA. `ended` is true behind CRLF.CRLF; `kept` when the disk needs time. */
  readData(frame: SmtpFrame): { readonly ended: boolean; readonly kept: Promise<void> | undefined } {
    const slices: Uint8Array[] = []
    const ended = frame.takeContent(this.#reader, slices)
    return { ended, kept: this.#keep(slices, 0) }
  }

  /** Takes at most `left` bytes of a chunk. */
  readChunk(frame: SmtpFrame, left: number): { readonly taken: number; readonly kept: Promise<void> | undefined } {
    const slices: Uint8Array[] = []
    const taken = frame.takeCounted(left, this.#reader, slices)
    return { taken, kept: this.#keep(slices, 0) }
  }

  /** Behind the last chunk. */
  finish(): Promise<void> | undefined {
    const slices: Uint8Array[] = []
    this.#reader.finish(slices)
    return this.#keep(slices, 0)
  }

  /** The draft, for whoever accepts the letter; from now on it is theirs. */
  handOver(): ContentDraft {
    const draft = this.#draft
    if (draft === undefined) throw new Error('a content that was not kept cannot be handed over')
    this.#draft = undefined
    return draft
  }

  discard(): void {
    const draft = this.#draft
    this.#draft = undefined
    draft?.discard()
  }

  #keep(slices: readonly Uint8Array[], from: number): Promise<void> | undefined {
    this.flaw ??= this.#look()
    if (this.flaw !== undefined) {
      this.discard()
      return undefined
    }
    try {
      for (let i = from; i < slices.length; i++) {
        const wait = this.#draft?.write(slices[i] as Uint8Array)
        if (wait !== undefined) {
          return wait.then(
            () => this.#keep(slices, i + 1),
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
    this.discard()
  }
}
