import {
  type Change,
  type FlagBits,
  flagNames,
  type MailboxView,
  type MessageOrdinal,
  type Modseq,
  type OpenMailbox,
  placeOf,
  SEEN,
} from '#mail/store'
import {
  type Announced,
  countBelow,
  lastKnownUid,
  normalise,
  nothingAnnounced,
  numberAt,
  reachesBeyond,
  type SequenceSet,
  uidsOfNumbers,
  uidsOfUids,
  withArrivals,
  withGone,
  withoutGone,
} from '#standards/imap'

/** Beyond this many untold flag changes the session compares modseqs instead of keeping the changes. */
const mostKept = 64

/** What a sequence set means to this session. */
export interface ChosenMessages {
  /** Sorted, without those that are gone. */
  readonly uids: Uint32Array
  /** A message was named that another session has expunged (RFC 2180 §4). */
  readonly someGone: boolean
  /** A message number was named that the client cannot know of. */
  readonly outside: boolean
}

/**
 * A mailbox as one session sees it. The messages stand in the view that all sessions share; here is only what makes
 * this session's numbers differ from the view's places: how far it was told of arrivals, and who is gone untold.
 */
export class SelectedMailbox {
  readonly name: string
  readonly open: OpenMailbox
  readonly readOnly: boolean
  removed = false
  keywordsTold: number
  #told: Announced = nothingAnnounced
  /** Untold changes of flags, in their order. The changes are shared with all who heard of them. */
  #changes: Change[] = []
  /** Flags changed behind this modseq are untold, whatever `#changes` says. */
  #rescanFrom: Modseq | undefined
  /** UIDs that are \Recent here: [from, to) pairs. */
  readonly #recent: number[] = []
  readonly #unwatch: () => void

  constructor(name: string, open: OpenMailbox, readOnly: boolean, onNews: () => void) {
    this.name = name
    this.open = open
    this.readOnly = readOnly
    this.keywordsTold = open.view.keywords.length
    this.takeArrivals()
    if (readOnly) this.#recent.push(open.recentFrom, this.#told.lastUid + 1)
    if (!readOnly) this.#claimRecent()
    this.#unwatch = open.watch(change => {
      this.#hear(change)
      onNews()
    })
  }

  get view(): MailboxView {
    return this.open.view
  }

  /** The count the client knows: RFC 9051 §7.4.1. */
  get exists(): number {
    return this.#told.exists
  }

  get hasNews(): boolean {
    return (
      this.#changes.length > 0 ||
      this.#rescanFrom !== undefined ||
      this.#told.gone.length > 0 ||
      newestUid(this.view) > this.#told.lastUid ||
      this.removed
    )
  }

  close(): void {
    this.#unwatch()
    this.open.close()
  }

  #hear(change: Change): void {
    const what = change.what
    if (what.kind === 'expunged') this.#told = withGone(this.#told, what.uids)
    else if (what.kind === 'removed') this.removed = true
    else if (what.kind === 'flags' && this.#rescanFrom === undefined) {
      this.#changes.push(change)
      if (this.#changes.length <= mostKept) return
      this.#rescanFrom = ((this.#changes[0] as Change).modseq - 1) as Modseq
      this.#changes = []
    }
  }

  /** The client will be told of what has arrived: from here on the arrivals have numbers. False when nothing has. */
  takeArrivals(): boolean {
    const before = this.#told
    this.#told = withArrivals(this.view, before)
    if (this.#told === before) return false
    if (!this.readOnly) this.#claimRecent()
    return true
  }

  #claimRecent(): void {
    const from = this.open.claimRecent()
    const to = this.#told.lastUid + 1
    if (from >= to) return
    const last = this.#recent.length - 1
    if (last > 0 && this.#recent[last] === from) this.#recent[last] = to
    else this.#recent.push(from, to)
  }

  /** The client will be told who is gone: their numbers, in the order in which to tell them. */
  takeGone(): Uint32Array {
    const [told, numbers] = withoutGone(this.view, this.#told)
    this.#told = told
    return numbers
  }

  /** Messages whose flags the client will be told now: places in the view. */
  takeChanged(): number[] {
    const { view } = this
    const { lastUid } = this.#told
    const places: number[] = []
    if (this.#rescanFrom !== undefined) {
      for (let i = 0; i < view.count && (view.uid[i] as number) <= lastUid; i++)
        if ((view.modseq[i] as number) > this.#rescanFrom) places.push(i)
    } else {
      for (const uid of changedUids(this.#changes)) {
        const place = uid <= lastUid ? placeOf(view, uid) : -1
        if (place >= 0) places.push(place)
      }
    }
    this.#changes = []
    this.#rescanFrom = undefined
    return places
  }

  /** The client knows of its own change already. */
  forgetChange(modseq: Modseq): void {
    this.#changes = this.#changes.filter(change => change.modseq !== modseq)
  }

  isRecent(uid: number): boolean {
    const recent = this.#recent
    for (let i = recent.length - 2; i >= 0; i -= 2)
      if (uid >= (recent[i] as number)) return uid < (recent[i + 1] as number)
    return false
  }

  countRecent(): number {
    const { view } = this
    const { gone } = this.#told
    const below = (uid: number): number => countBelow(view.uid, view.count, uid) + countBelow(gone, gone.length, uid)
    let count = 0
    for (let i = 0; i < this.#recent.length; i += 2)
      count += below(this.#recent[i + 1] as number) - below(this.#recent[i] as number)
    return count
  }

  firstUnseen(): number | undefined {
    const { view } = this
    for (let i = 0; i < view.count; i++) if (!((view.low[i] as number) & SEEN)) return i + 1
    return undefined
  }

  /** The number of the message at a place of the view. */
  numberAt(place: number): number {
    return numberAt(this.#told, place, this.view.uid[place] as number)
  }

  /** Where the message stands in the view, or -1. The place that `hint` names is looked at first. */
  placeOf(uid: number, hint = 0): number {
    const { view } = this
    return hint < view.count && view.uid[hint] === uid ? hint : placeOf(view, uid)
  }

  ordinalAt(place: number): MessageOrdinal {
    return this.view.ordinal[place] as MessageOrdinal
  }

  /** All flags of a message, between no parentheses. */
  flagsAt(place: number): string {
    const { view } = this
    const names = flagNames(bitsAt(view, place), view.keywords)
    if (this.isRecent(view.uid[place] as number)) names.push('\\Recent')
    return names.join(' ')
  }

  /** The messages of a command's set, RFC 3501 §6.4: by number, or by UID, where missing ones are passed over. */
  choose({ uid, set }: { readonly uid: boolean; readonly set: SequenceSet }): ChosenMessages {
    const { view } = this
    if (uid) {
      const ranges = normalise(set, lastKnownUid(view, this.#told))
      return { uids: uidsOfUids(view, this.#told, ranges), someGone: false, outside: false }
    }
    const chosen = uidsOfNumbers(view, this.#told, normalise(set, this.exists))
    return { ...chosen, outside: reachesBeyond(set, this.exists) }
  }

  /** What `*` means among UIDs. */
  lastKnownUid(): number {
    return lastKnownUid(this.view, this.#told)
  }

  /** The numbers of UIDs, those that are gone left out. */
  numbersOf(uids: Uint32Array): number[] {
    const numbers: number[] = []
    let hint = 0
    for (const uid of uids) {
      const place = this.placeOf(uid, hint)
      if (place < 0) continue
      numbers.push(this.numberAt(place))
      hint = place + 1
    }
    return numbers
  }

  /** Every message that the client knows of and that is still there. */
  chooseAll(): Uint32Array {
    return this.choose({ uid: true, set: [{ from: 1, to: this.#told.lastUid }] }).uids
  }
}

export const bitsAt = (view: MailboxView, place: number): FlagBits => ({
  low: view.low[place] as number,
  high: view.high[place] as number,
})

const newestUid = (view: MailboxView): number => (view.count > 0 ? (view.uid[view.count - 1] as number) : 0)

/** The UIDs of changes of flags, each once, rising. */
function changedUids(changes: readonly Change[]): Iterable<number> {
  const lists = changes.map(({ what }) => (what.kind === 'flags' ? what.uids : new Uint32Array(0)))
  if (lists.length === 1) return lists[0] as Uint32Array
  return [...new Set(lists.flatMap(uids => [...uids]))].sort((a, b) => a - b)
}
