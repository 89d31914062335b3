import type { ImapNeeds } from './session.ts'

/** A connection as the whole door sees it. */
export interface Guest {
  /** Tells an idling client what has happened meanwhile. */
  tellIdle(): void
  hangUp(text: string): void
}

/** What all connections of the server share. */
export class Door {
  readonly needs: ImapNeeds
  readonly sessions = new Set<Guest>()
  #waiting: Guest[] = []

  constructor(needs: ImapNeeds) {
    this.needs = needs
  }

  /** Tells a session that idles in the next turn of the event loop: what happens in one turn is told in one go. */
  announce(session: Guest): void {
    if (this.#waiting.push(session) > 1) return
    setImmediate(() => {
      const waiting = this.#waiting
      this.#waiting = []
      for (const each of waiting) each.tellIdle()
    })
  }
}
