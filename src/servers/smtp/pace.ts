export interface PaceLimits {
  readonly contentMilliseconds: number
  readonly rateWindowMilliseconds: number
  readonly minimumRate: number
}

/** How fast a content comes: in each window the least that is wanted, and all of it in time. */
export class Pace {
  #began = 0
  #bytes = 0

  begin(bytes: number): void {
    this.#began = performance.now()
    this.#bytes = bytes
  }

  count(bytes: number): void {
    this.#bytes += bytes
  }

  /** The end of a window: may it go on? */
  turn(limits: PaceLimits): boolean {
    const enough = this.#bytes * 1_000 >= limits.minimumRate * limits.rateWindowMilliseconds
    this.#bytes = 0
    return enough && performance.now() - this.#began < limits.contentMilliseconds
  }
}
