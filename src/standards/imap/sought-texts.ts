/** Texts that are looked for in others, all at once, while those come by in slices. Everything is folded. */
export class SoughtTexts {
  readonly #found = new Set<string>()
  readonly #open: string[]
  /** What a text that began in one slice can need of it. */
  readonly #overlap: number
  #tail = ''

  constructor(texts: Iterable<string>) {
    this.#open = [...new Set(texts)]
    this.#overlap = this.#open.reduce((most, { length }) => Math.max(most, length - 1), 0)
  }

  get isOver(): boolean {
    return this.#open.length === 0
  }

  found(text: string): boolean {
    return this.#found.has(text)
  }

  /** A whole text. True when something was found in it. */
  look(text: string): boolean {
    const before = this.#open.length
    for (let i = before - 1; i >= 0; i--) {
      const one = this.#open[i] as string
      if (!text.includes(one)) continue
      this.#found.add(one)
      this.#open.splice(i, 1)
    }
    return this.#open.length < before
  }

  /** The next slice of a text. */
  lookOn(slice: string): boolean {
    const seen = this.#tail === '' ? slice : this.#tail + slice
    this.#tail = this.#overlap === 0 ? '' : seen.slice(-this.#overlap)
    return this.look(seen)
  }

  /** The next slice is of another text. */
  endText(): void {
    this.#tail = ''
  }
}
