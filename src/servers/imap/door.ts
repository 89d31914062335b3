import type { User } from '#mail/directory'
import type { AccountId } from '#mail/store'
import type { ImapNeeds } from './session.ts'
import { Turns } from './turns.ts'

/** A connection as the whole door sees it. */
export interface Guest {
  readonly user: User | undefined
  /** Tells an idling client some of what has happened meanwhile; true when there is more to tell. */
  tellIdle(): boolean
  /** BYE: at once, or behind the command that runs, which is given so many milliseconds to end. */
  hangUp(text: string, patienceMilliseconds?: number): void
}

/** A command of somebody whose login was revoked may say its end for so long. */
const patience = 2_000

/** What all connections of the server share. */
export class Door {
  readonly needs: ImapNeeds
  readonly sessions = new Set<Guest>()
  /** Idling, with news, in the order in which they are told. */
  readonly #waiting = new Set<Guest>()
  #scheduled = false

  constructor(needs: ImapNeeds) {
    this.needs = needs
  }

  /** Tells a session that idles in the next turn of the event loop: what happens in one turn is told in one go. */
  announce(session: Guest): void {
    this.#waiting.add(session)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#tellWaiting)
  }

  /** Piece by piece, one after the other, until others have to get their turn. */
  readonly #tellWaiting = (): void => {
    this.#scheduled = false
    const turns = new Turns()
    for (const guest of this.#waiting) {
      this.#waiting.delete(guest)
      if (guest.tellIdle()) this.#waiting.add(guest)
      if (turns.isOver()) break
    }
    if (this.#waiting.size > 0) this.#schedule()
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
