import type { ContentRef } from '#mail/store'
import type { OpenedContent } from './opened-content.ts'

/** Smaller ones are read again as fast. */
const leastBytes = 65_536

interface Kept {
  readonly ref: ContentRef
  readonly content: OpenedContent
  readonly bytes: number
  readonly until: number
}

/**
 * The last content that each session has asked a piece of: whoever fetches an attachment piece by piece comes back at
 * once, and a large letter is not read and divided again for every piece. For some seconds only, and so many bytes of all
 * together.
 */
export class KeptContents {
  readonly #mostBytes: number
  readonly #milliseconds: number
  /** The oldest first. */
  readonly #kept = new Map<object, Kept>()
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(most: { readonly bytes: number; readonly milliseconds: number }) {
    this.#mostBytes = most.bytes
    this.#milliseconds = most.milliseconds
  }

  get bytes(): number {
    return this.#bytes
  }

  of(owner: object, ref: ContentRef): OpenedContent | undefined {
    const kept = this.#kept.get(owner)
    return kept?.ref === ref ? kept.content : undefined
  }

  keep(owner: object, ref: ContentRef, content: OpenedContent): void {
    this.#drop(owner)
    const bytes = content.held
    if (bytes < leastBytes || bytes > this.#mostBytes / 2) return
    this.#kept.set(owner, { ref, content, bytes, until: performance.now() + this.#milliseconds })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#mostBytes) break
      this.#drop(oldest)
    }
    this.#timer ??= setTimeout(() => this.#dropOld(), this.#milliseconds).unref()
  }

  #drop(owner: object): void {
    const kept = this.#kept.get(owner)
    if (!kept) return
    this.#kept.delete(owner)
    this.#bytes -= kept.bytes
  }

  #dropOld(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const [owner, { until }] of this.#kept) {
      if (until > now) {
        this.#timer = setTimeout(() => this.#dropOld(), until - now + 1).unref()
        return
      }
      this.#drop(owner)
    }
  }
}
