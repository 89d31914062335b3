const longest = 12

/** Keeps long work from holding the others up: when the turn is over, await the next. */
export class Turns {
  #began = performance.now()

  isOver(): boolean {
    return performance.now() - this.#began > longest
  }

  async next(): Promise<void> {
    await new Promise(setImmediate)
    this.#began = performance.now()
  }
}
