/** Lets so many in at a time: of one account, and together. The others wait in turn. */
export class Turnstile {
  readonly #perAccount: number
  readonly #all: number
  readonly #inside = new Map<number, number>()
  #count = 0
  #waiting: { readonly account: number; readonly enter: () => void }[] = []

  constructor(most: { readonly perAccount: number; readonly all: number }) {
    this.#perAccount = most.perAccount
    this.#all = most.all
  }

  /** Resolves inside, with the way out. */
  async enter(account: number): Promise<() => void> {
    if (this.#hasRoomFor(account)) this.#let(account)
    else await new Promise<void>(enter => this.#waiting.push({ account, enter }))
    return () => this.#leave(account)
  }

  #hasRoomFor(account: number): boolean {
    return this.#count < this.#all && (this.#inside.get(account) ?? 0) < this.#perAccount
  }

  #let(account: number): void {
    this.#count++
    this.#inside.set(account, (this.#inside.get(account) ?? 0) + 1)
  }

  #leave(account: number): void {
    this.#count--
    const others = (this.#inside.get(account) ?? 0) - 1
    if (others > 0) this.#inside.set(account, others)
    else this.#inside.delete(account)
    const next = this.#waiting.findIndex(each => this.#hasRoomFor(each.account))
    const [entering] = next < 0 ? [] : this.#waiting.splice(next, 1)
    if (!entering) return
    this.#let(entering.account)
    entering.enter()
  }
}
