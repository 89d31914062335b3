/** Something that must be told when its time has come. */
export interface Waiting {
  /** On the clock of `performance.now()`; 0 when nothing is due. */
  readonly due: number
  overdue(): void
}

/**
 * One timer for all connections of a listener: setting a deadline is writing a number. Ten thousand connections are
 * looked through in a fraction of a millisecond, so a wheel would be more code for nothing.
 */
export class Deadlines {
  readonly #waiting = new Set<Waiting>()
  readonly #tick: number
  #timer: NodeJS.Timeout | undefined

  constructor(tickMilliseconds: number) {
    this.#tick = tickMilliseconds
  }

  add(one: Waiting): void {
    this.#waiting.add(one)
    this.#timer ??= setInterval(() => this.#look(), this.#tick).unref()
  }

  remove(one: Waiting): void {
    this.#waiting.delete(one)
    if (this.#waiting.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const now = performance.now()
    for (const one of this.#waiting) if (one.due > 0 && one.due <= now) one.overdue()
  }
}
