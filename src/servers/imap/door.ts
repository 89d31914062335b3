import type { User } from '#mail/directory'
import type { AccountId } from '#mail/store'
import type { ImapNeeds } from './session.ts'

/** A connection as the whole door sees it. */
export interface Guest {
  readonly user: User | undefined
  /** Tells an idling client what has happened meanwhile. */
  tellIdle(): void
  /** BYE: at once, or behind the command that runs, which is given so many milliseconds to end. */
  hangUp(text: string, patienceMilliseconds?: number): void
}

/** A command of somebody whose login was revoked may say its end for so long. */
const patience = 2_000

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

  /** Ends the account's sessions whose logins hold no more. */
  readonly endRevoked = (account: AccountId): void => {
    for (const session of this.sessions) {
      const { user } = session
      if (user?.account === account && this.needs.revocations.isRevoked(user))
        session.hangUp('The login holds no more', patience)
    }
  }
}
