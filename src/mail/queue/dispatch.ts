import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Result } from '#base/result'
import type { EntryId, QueueEntry, QueueRecipient, RecipientState } from './entry.ts'
import { nextAttempt } from './next-attempt.ts'
import type { MailQueue } from './queue.ts'

/** What became of one recipient in one attempt; `stays` leaves the recipient as it is, for whoever sends mail on. */
export type Attempt = RecipientState | { readonly state: 'stays' }

export interface DispatchNeeds {
  readonly queue: MailQueue
  /** Tries one recipient now. Must be harmless to repeat: after a crash it will be. */
  readonly attempt: (entry: QueueEntry, recipient: QueueRecipient) => Promise<Attempt>
  readonly clock: Clock
  readonly log: Log
}

export interface Dispatch {
  /** Takes a letter that is in the queue; returns at once. */
  take(entry: QueueEntry): void
  /**
   * Takes a letter as soon as it is in the queue. Letters in hand wait a moment for those that are on their way,
   * so that they share their writes; one that comes alone waits for nothing.
   */
  expect(committing: Promise<Result<QueueEntry, unknown>>): void
  /** Takes what an earlier run of the program left. */
  resume(): Promise<void>
  /** Takes the deferred ones that are due, and all that still wait for company. To be called every few seconds. */
  wake(): void
  /** Resolves when nothing is being tried. No new letters are begun after it was called. */
  drain(): Promise<void>
}

/** More at once would only make each wait longer for the same disk. */
const mostAtOnce = 500
/** Looked at with every letter that comes: from here on those in hand go without the others. Milliseconds, and letters. */
const gatherAtMost = 20
const enoughGathered = 64

/** From the queue to where each letter belongs: every recipient in one attempt, one note in the queue about all. */
export function makeDispatch(needs: DispatchNeeds): Dispatch {
  const waiting: QueueEntry[] = []
  let head = 0
  const deferred = new Map<EntryId, QueueEntry>()
  /** Those of the waiting that have lain in the queue for a while: somebody may have taken them out. */
  const again = new Set<QueueEntry>()
  /** Those of whom the queue could not say whether they are still there. */
  let unread: QueueEntry[] = []
  /** What has become of letters and could not be written down. */
  const owed = new Map<EntryId, readonly (RecipientState | undefined)[]>()
  let active = 0
  let coming = 0
  let gatheringSince = 0
  let draining = false
  let drained: (() => void) | undefined

  const next = (): void => {
    while (active < mostAtOnce && head < waiting.length && !draining) {
      const entry = waiting[head++] as QueueEntry
      if (head > 1_000 && head * 2 > waiting.length) {
        waiting.splice(0, head)
        head = 0
      }
      active++
      void (again.delete(entry) ? tryAgain(entry) : tryEntry(entry)).then(finished, error => {
        needs.log('error', 'dispatch-failed', { entry: entry.id, reason: String(error) })
        finished()
      })
    }
  }

  const arrived = (committed?: Result<QueueEntry, unknown>): void => {
    coming--
    const now = needs.clock()
    if (committed?.ok) {
      if (head >= waiting.length) gatheringSince = now
      waiting.push(committed.value)
    }
    const gathering = now - gatheringSince
    const isLong = gathering >= gatherAtMost || gathering < 0
    if (coming === 0 || isLong || waiting.length - head >= enoughGathered) next()
  }

  const finished = (): void => {
    active--
    if (active === 0 && (draining || head >= waiting.length)) drained?.()
    next()
  }

  /** What an administrator has taken out of the queue, nobody gets any more. */
  const tryAgain = async (entry: QueueEntry): Promise<void> => {
    try {
      if (!(await needs.queue.find(entry.id))) return
    } catch (error) {
      needs.log('error', 'queue-unreadable', { entry: entry.id, reason: String(error) })
      unread.push(entry)
      return
    }
    await tryEntry(entry)
  }

  const begin = (entry: QueueEntry, recipient: QueueRecipient): Promise<Attempt> => {
    try {
      return needs.attempt(entry, recipient)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** A bug or a broken part is no answer: the recipient is tried again, and the others are not asked to wait. */
  const broken = (entry: QueueEntry, { address, state }: QueueRecipient, error: unknown): RecipientState => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    needs.log('error', 'attempt-broken', { entry: entry.id, recipient: address, reason })
    const attempts = (state.state === 'deferred' ? state.attempts : 0) + 1
    return { state: 'deferred', until: nextAttempt(needs.clock(), attempts, 'local'), attempts, why: 'broken' }
  }

  const tryEntry = async (entry: QueueEntry): Promise<void> => {
    const now = needs.clock()
    const { recipients } = entry
    const outcomes = await Promise.allSettled(
      recipients.map(recipient => (isDue(recipient, now) ? begin(entry, recipient) : undefined)),
    )
    let isNews = false
    let comesAgain = false
    const news: (RecipientState | undefined)[] = []
    const after: QueueRecipient[] = []
    for (const [i, outcome] of outcomes.entries()) {
      const recipient = recipients[i] as QueueRecipient
      const said = outcome.status === 'fulfilled' ? outcome.value : broken(entry, recipient, outcome.reason)
      const state = said === undefined || said.state === 'stays' ? undefined : said
      if (state) isNews = true
      news.push(state)
      after.push(state ? { ...recipient, state } : recipient)
      if ((said ?? recipient.state).state === 'deferred') comesAgain = true
    }
    // Before the note is on disk, so that a later wake sees it; a note that is lost costs a repeated attempt only.
    if (comesAgain) deferred.set(entry.id, { ...entry, recipients: after })
    if (!isNews) return
    await note(entry.id, news)
  }

  /** A note that the disk does not take is owed: a letter that is done must not stay, or it comes again some day. */
  const note = async (id: EntryId, news: readonly (RecipientState | undefined)[]): Promise<void> => {
    const before = owed.get(id)
    const all = before === undefined ? news : before.map((state, i) => news[i] ?? state)
    let reason: string | undefined
    try {
      const noted = await needs.queue.update(id, all)
      reason = noted.ok ? undefined : noted.failure
    } catch (error) {
      reason = String(error)
    }
    if (reason === undefined) {
      if (before !== undefined && owed.get(id) === before) owed.delete(id)
      return
    }
    owed.set(id, all)
    needs.log('warning', 'queue-note-owed', { entry: id, reason })
  }

  const payOwed = (): void => {
    if (draining) return
    for (const id of owed.keys()) {
      active++
      void note(id, []).then(finished)
    }
  }

  return {
    take(entry) {
      waiting.push(entry)
      next()
    },
    expect(committing) {
      coming++
      // Whoever commits hears of a failure; here the letter is only no longer on its way.
      committing.then(arrived, () => arrived())
    },
    async resume() {
      for (const entry of await needs.queue.list()) {
        again.add(entry)
        this.take(entry)
      }
    },
    wake() {
      payOwed()
      const now = needs.clock()
      const due = unread
      unread = []
      for (const [id, entry] of deferred) {
        if (!entry.recipients.some(({ state }) => state.state === 'deferred' && state.until <= now)) continue
        deferred.delete(id)
        due.push(entry)
      }
      for (const entry of due) {
        again.add(entry)
        waiting.push(entry)
      }
      next()
    },
    drain() {
      draining = true
      return active === 0 ? Promise.resolve() : new Promise(resolve => (drained = resolve))
    },
  }
}

const isDue = ({ state }: QueueRecipient, now: number): boolean =>
  state.state === 'waiting' || (state.state === 'deferred' && state.until <= now)
