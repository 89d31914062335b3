import { latin1 } from '#base/bytes'
import { flagList } from './strings.ts'

/** Mailboxes have few sets of flags; whoever makes more starts afresh. */
const mostTexts = 1_024

/**
 * Flag lists as FETCH shows them, made once for each set of bits. Good as long as the bits keep their names: make
 * another when the mailbox has a new keyword.
 */
export class FlagTexts {
  readonly #names: (low: number, high: number) => readonly string[]
  readonly #low = new Map<number, Uint8Array>()
  readonly #high = new Map<string, Uint8Array>()

  constructor(names: (low: number, high: number) => readonly string[]) {
    this.#names = names
  }

  of(low: number, high: number, recent: boolean): Uint8Array {
    return high === 0 ? this.#kept(this.#low, low * 2 + +recent, low, high, recent) : this.#ofMany(low, high, recent)
  }

  #ofMany(low: number, high: number, recent: boolean): Uint8Array {
    return this.#kept(this.#high, `${high} ${low} ${recent}`, low, high, recent)
  }

  #kept<Key>(texts: Map<Key, Uint8Array>, key: Key, low: number, high: number, recent: boolean): Uint8Array {
    const known = texts.get(key)
    if (known) return known
    if (texts.size >= mostTexts) texts.clear()
    const names = this.#names(low, high)
    const text = latin1(flagList(recent ? [...names, '\\Recent'] : names))
    texts.set(key, text)
    return text
  }
}
