import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import {
  type AccountId,
  applyChange,
  type Change,
  type MailboxId,
  type MailboxView,
  modseq,
  type OpenMailbox,
  type StoreFailure,
  type Uid,
  uid,
  uidValidity,
} from '#mail/store'
import type { News } from './op.ts'
import { kindNumbers, unpackChange } from './pack-change.ts'
import type { ShardReader } from './reader.ts'

/** Bytes of views that rest: nobody has them open, and whoever comes next finds them ready. */
const mostResting = 4 * 1024 * 1024

/** One mailbox that somebody has open: the view all of them share. */
interface Shared {
  readonly account: AccountId
  readonly id: MailboxId
  readonly view: MailboxView
  uidNext: number
  uidValidity: number
  readonly listeners: Set<(change: Change) => void>
  sessions: number
}

/**
 * The shared views of a shard. A view is read in one turn of the loop, at one moment of the file, so whatever commits
 * later still has its news before it; what was in the file already is passed over when its news come.
 */
export class OpenViews {
  readonly #reader: ShardReader
  readonly #log: Log
  readonly #shared = new Map<number, Shared>()
  /** From which UID on messages are new to the next who claims them; RFC 3501 §2.3.2. */
  readonly #recent = new Map<number, number>()
  /** Those of the shared that nobody has open, the longest at rest first, with what they cost. */
  readonly #resting = new Map<Shared, number>()
  #restingBytes = 0

  constructor(reader: ShardReader, log: Log) {
    this.#reader = reader
    this.#log = log
  }

  /** How many mailboxes are held open. */
  get size(): number {
    return this.#shared.size - this.#resting.size
  }

  recentFrom(id: MailboxId): Uid {
    return uid(this.#recent.get(id) ?? 1)
  }

  open(account: AccountId, id: MailboxId): Result<OpenMailbox, StoreFailure> {
    const known = this.#shared.get(id)
    const shared = known ?? this.#load(account, id)
    if (!shared || shared.account !== account) return fail('no-such-mailbox')
    this.#wake(shared)
    shared.sessions++
    return ok(this.#session(shared))
  }

  #load(account: AccountId, id: MailboxId): Shared | undefined {
    const loaded = this.#reader.load(account, id)
    if (!loaded) return undefined
    const { mailbox, ledger } = loaded
    const shared: Shared = {
      account,
      id,
      view: ledger.view,
      uidNext: mailbox.uidNext,
      uidValidity: mailbox.uidValidity,
      listeners: new Set(),
      sessions: 0,
    }
    this.#shared.set(id, shared)
    return shared
  }

  #session(shared: Shared): OpenMailbox {
    const own = new Set<(change: Change) => void>()
    let closed = false
    const recent = this.#recent
    const recentFrom = (id: MailboxId): Uid => this.recentFrom(id)
    return {
      id: shared.id,
      uidValidity: uidValidity(shared.uidValidity),
      view: shared.view,
      get uidNext() {
        return uid(shared.uidNext)
      },
      watch(listener) {
        // The same function may be given twice, by one session or by two.
        const once = (change: Change): void => listener(change)
        if (!closed) {
          own.add(once)
          shared.listeners.add(once)
        }
        return () => {
          own.delete(once)
          shared.listeners.delete(once)
        }
      },
      get recentFrom() {
        return recentFrom(shared.id)
      },
      claimRecent: () => {
        const from = recentFrom(shared.id)
        recent.set(shared.id, shared.uidNext)
        return from
      },
      close: () => {
        if (closed) return
        closed = true
        for (const listener of own) shared.listeners.delete(listener)
        if (--shared.sessions === 0 && this.#shared.get(shared.id) === shared) this.#rest(shared)
      },
    }
  }

  /** It goes on to follow its news, until others that came to rest later need its room. */
  #rest(shared: Shared): void {
    const bytes = 1_024 + 24 * shared.view.uid.length
    this.#resting.set(shared, bytes)
    this.#restingBytes += bytes
    for (const oldest of this.#resting.keys()) {
      if (this.#restingBytes <= mostResting) return
      this.#wake(oldest)
      this.#shared.delete(oldest.id)
    }
  }

  #wake(shared: Shared): void {
    this.#restingBytes -= this.#resting.get(shared) ?? 0
    this.#resting.delete(shared)
  }

  /** What an answer of the writer has brought, in the order of the commits. */
  take(account: AccountId, news: readonly News[]): void {
    for (const each of news) {
      if (each.kind === kindNumbers.removed) this.#recent.delete(each.mailbox)
      const shared = this.#shared.get(each.mailbox)
      if (shared && each.modseq > shared.view.upTo) this.#advance(shared, account, each)
    }
  }

  #advance(shared: Shared, account: AccountId, { mailbox, behind, kind, packed, ...rest }: News): void {
    const { view } = shared
    const what = unpackChange(kind, packed, view.keywords)
    const change: Change = { account, mailbox: mailbox as MailboxId, modseq: modseq(rest.modseq), what }
    if (behind > view.upTo) this.#reload(shared, behind)
    applyChange(view, change)
    if (what.kind === 'arrived' && what.uids.length > 0) shared.uidNext = (what.uids.at(-1) as number) + 1
    if (what.kind === 'renamed') shared.uidValidity = this.#reader.uidValidity(mailbox) ?? shared.uidValidity
    // Nobody opens it any more; who has it open keeps what he sees.
    if (what.kind === 'removed') {
      this.#wake(shared)
      this.#shared.delete(shared.id)
    }
    for (const listener of [...shared.listeners]) {
      try {
        listener(change)
      } catch (error) {
        this.#log('error', 'store.watcher-failed', { mailbox, error: String(error) })
      }
    }
  }

  /** A bug somewhere else must not leave a session with a view that has a hole. */
  #reload(shared: Shared, behind: number): void {
    this.#log('error', 'store.view-gap', { mailbox: shared.id, upTo: shared.view.upTo, behind })
    const loaded = this.#reader.load(shared.account, shared.id)
    if (!loaded) return
    Object.assign(shared.view, loaded.ledger.view)
    shared.uidNext = loaded.mailbox.uidNext
  }
}
