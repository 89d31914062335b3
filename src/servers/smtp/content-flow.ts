import type { SmtpFrame, SmtpState } from '#standards/smtp'
import type { Reception } from './receive-content.ts'

export interface PaceLimits {
  readonly contentMilliseconds: number
  readonly rateWindowMilliseconds: number
  readonly minimumRate: number
}

/** A content, or a chunk of one, as it comes: how much is left, and how fast. */
export class ContentFlow {
  /** Bytes to come of a chunk. */
  #left = 0
  #began = 0
  /** Bytes that came in this window. */
  #window = 0

  /**
   * `size`: of a chunk. `pending`: bytes that are there already. False when the chunks before it have used up the time
   * of the letter: ten thousand chunks have no more than one.
   */
  begin(state: SmtpState, size: number, pending: number, limits: PaceLimits): boolean {
    this.#left = size
    this.#window = pending
    if (state.phase === 'chunk' && state.chunks > 1) return this.#hasTime(limits)
    this.#began = performance.now()
    return true
  }

  count(bytes: number): void {
    this.#window += bytes
  }

  /** The end of a window: did enough come in it, and is there time left for all? */
  turn(limits: PaceLimits): boolean {
    const enough = this.#window * 1_000 >= limits.minimumRate * limits.rateWindowMilliseconds
    this.#window = 0
    return enough && this.#hasTime(limits)
  }

  #hasTime(limits: PaceLimits): boolean {
    return performance.now() - this.#began < limits.contentMilliseconds
  }

  /** Takes what the frame holds. True when the end has come. */
  take(state: SmtpState, frame: SmtpFrame, reception: Reception | undefined): boolean {
    if (state.phase === 'data') return (reception as Reception).readData(frame)
    const isKept = state.phase === 'chunk'
    this.#left -= isKept ? (reception as Reception).readChunk(frame, this.#left) : frame.skip(this.#left)
    if (this.#left > 0) return false
    if (isKept && state.last) reception?.finish()
    return true
  }
}
