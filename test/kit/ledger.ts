import { ImapWork } from './imap-work.ts'
import { recognise } from './letters.ts'

/** One message as IMAP shows it. */
export type Seen = { readonly uid: number; readonly content: Buffer }

/** What a mailbox says of itself, RFC 9051 §2.3.1.1. */
export type Numbers = { readonly uidValidity: number; readonly uidNext: number }

type Page = {
  numbers: Numbers | undefined
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
  /** What one session did to the messages it has. */
  readonly work: ImapWork
  /**
   * While the power goes acknowledgements count for nothing. A machine without power says none; here programs live on for
   * a moment, in which Linux tells some that a sync succeeded though the journal was aborted under it (6.18: in 3 of 40
   * cuts with eight files that are appended to and synced; `jbd2_complete_transaction` takes an aborted one for done).
   */
  powerGoes = false
  /** Mailbox and letter of those. */
  readonly doubted: (readonly [string, number])[] = []

  constructor(work = new ImapWork()) {
    this.work = work
  }

  #page(mailbox: string): Page {
    const page: Page = this.#pages.get(mailbox) ?? {
      numbers: undefined,
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
    if (this.powerGoes) this.doubted.push([mailbox, letter])
    else this.#page(mailbox).acknowledged.add(letter)
  }

  /** Acknowledged while the power went, and not there afterwards. */
  get doubtedAndMissing(): number {
    return this.doubted.filter(([mailbox, letter]) => !this.#page(mailbox).here.has(letter)).length
  }

  get acknowledged(): number {
    return [...this.#pages.values()].reduce((sum, page) => sum + page.acknowledged.size, 0)
  }

  /** What has been tried and acknowledged up to now, by mailbox. */
  snapshot(): readonly (readonly [mailbox: string, tried: readonly number[], acknowledged: readonly number[]])[] {
    return [...this.#pages].map(([mailbox, { tried, acknowledged }]) => [mailbox, [...tried], [...acknowledged]])
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

  /** I4, I5: numbers that were shown are never taken back. */
  enterNumbers(mailbox: string, numbers: Numbers): void {
    const page = this.#page(mailbox)
    const { uidValidity, uidNext } = page.numbers ?? numbers
    page.numbers = numbers
    const complain = (what: string): void => void this.problems.push(`${mailbox}: ${what}`)
    if (numbers.uidValidity !== uidValidity)
      complain(`its UIDVALIDITY was ${uidValidity} and is ${numbers.uidValidity}`)
    if (numbers.uidNext < uidNext) complain(`its UIDNEXT was ${uidNext} and is ${numbers.uidNext}`)
    if (numbers.uidNext <= this.lastUid(mailbox))
      complain(`its UIDNEXT is ${numbers.uidNext}, and it has shown UID ${this.lastUid(mailbox)}`)
  }

  /** After a look at everything: is what was found before still there? */
  compare(mailbox: string, messages: readonly Seen[]): void {
    this.enter(mailbox, messages)
    const here = new Set(messages.map(message => message.uid))
    for (const [uid, letter] of this.#page(mailbox).found)
      if (!here.has(uid)) this.problems.push(`${mailbox} UID ${uid}: letter ${letter} is gone`)
  }
}
