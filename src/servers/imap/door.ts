import type { ImapDialogue } from './dialogue.ts'
import type { ImapNeeds } from './session.ts'

/** What all connections of the server share. */
export class Door {
  readonly needs: ImapNeeds
  readonly sessions = new Set<ImapDialogue>()
  #waiting: ImapDialogue[] = []

  constructor(needs: ImapNeeds) {
    this.needs = needs
  }

  /** Tells a session that idles in the next turn of the event loop: what happens in one turn is told in one go. */
  announce(session: ImapDialogue): void {
    if (this.#waiting.push(session) > 1) return
    setImmediate(() => {
      const waiting = this.#waiting
      this.#waiting = []
      for (const each of waiting) each.tellIdle()
    })
  }
}
