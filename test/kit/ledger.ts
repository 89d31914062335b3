import { recognise } from './letters.ts'

/** One message as IMAP shows it. */
export type Seen = { readonly uid: number; readonly content: Buffer }

type Page = {
  readonly tried: Set<number>
  readonly acknowledged: Set<number>
  readonly found: Map<number, number>
  readonly here: Set<number>
}

/**
 * Who was promised what. A letter that was acknowledged must be in its mailbox exactly once and unchanged;
 * one that was tried may be there once or not at all; nothing else may be there, and no UID may change its letter.
 */
export class Ledger {
  readonly #pages = new Map<string, Page>()
  readonly problems: string[] = []

  #page(mailbox: string): Page {
    const page = this.#pages.get(mailbox) ?? {
      tried: new Set(),
      acknowledged: new Set(),
      found: new Map(),
      here: new Set(),
    }
    this.#pages.set(mailbox, page)
    return page
  }

  try(mailbox: string, letter: number): void {
    this.#page(mailbox).tried.add(letter)
  }

  acknowledge(mailbox: string, letter: number): void {
    this.#page(mailbox).acknowledged.add(letter)
  }

  get acknowledged(): number {
    return [...this.#pages.values()].reduce((sum, page) => sum + page.acknowledged.size, 0)
  }

  /** Acknowledged letters that have not been seen in this mailbox. */
  missing(mailbox: string): number[] {
    const page = this.#page(mailbox)
    return [...page.acknowledged].filter(letter => !page.here.has(letter))
  }

  lastUid(mailbox: string): number {
    return Math.max(0, ...this.#page(mailbox).found.keys())
  }

  /** Enters what a mailbox showed; what is wrong with it goes to `problems`. */
  enter(mailbox: string, messages: readonly Seen[]): void {
    const page = this.#page(mailbox)
    for (const { uid, content } of messages) {
      const { number, problem } = recognise(content)
      if (problem) this.problems.push(`${mailbox} UID ${uid}: ${problem}`)
      if (number < 0) continue
      const before = page.found.get(uid)
      if (before !== undefined) {
        if (before !== number) this.problems.push(`${mailbox} UID ${uid}: was letter ${before}, is letter ${number}`)
        continue
      }
      if (!page.tried.has(number)) this.problems.push(`${mailbox} UID ${uid}: letter ${number} was never sent here`)
      if (page.here.has(number)) this.problems.push(`${mailbox} UID ${uid}: letter ${number} is here twice`)
      page.found.set(uid, number)
      page.here.add(number)
    }
  }

  /** After a look at everything: is what was found before still there? */
  compare(mailbox: string, messages: readonly Seen[]): void {
    this.enter(mailbox, messages)
    const here = new Set(messages.map(message => message.uid))
    for (const [uid, letter] of this.#page(mailbox).found)
      if (!here.has(uid)) this.problems.push(`${mailbox} UID ${uid}: letter ${letter} is gone`)
  }
}
