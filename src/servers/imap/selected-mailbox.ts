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
import { type SequenceSet, star } from '#standards/imap'
import { before, collect, known, merged, none, ordered, uidsOf } from './uid-sets.ts'

/** Beyond this many untold flag changes the session compares modseqs instead of keeping the changes. */
const mostKept = 64

/** What a sequence set means to this session. */
export interface Chosen {
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
  /** The count the client knows: RFC 9051 §7.4.1. */
  exists = 0
  removed = false
  /** Untold: changes of flags, in their order. */
  changes: Change[] = []
  /** Gone, but not yet told: sorted UIDs. The client still counts them. */
  gone: Uint32Array = none
  keywordsTold = 0
  #lastUid = 0
  /** Flags changed behind this modseq are untold, whatever `changes` says. */
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
    this.#unwatch = open.watch(change => {
      this.#hear(change)
      onNews()
    })
  }

  get view(): MailboxView {
    return this.open.view
  }

  get hasNews(): boolean {
    return (
      this.changes.length > 0 ||
      this.#rescanFrom !== undefined ||
      this.gone.length > 0 ||
      this.#newestUid() > this.#lastUid ||
      this.removed
    )
  }

  close(): void {
    this.#unwatch()
    this.open.close()
  }

  #newestUid(): number {
    const { view } = this.open
    return view.count > 0 ? (view.uid[view.count - 1] as number) : 0
  }

  #hear(change: Change): void {
    const what = change.what
    if (what.kind === 'expunged') this.gone = merged(this.gone, known(what.uids, this.#lastUid))
    else if (what.kind === 'removed') this.removed = true
    else if (what.kind === 'flags') {
      if (this.#rescanFrom !== undefined) return
      this.changes.push(change)
      if (this.changes.length <= mostKept) return
      this.#rescanFrom = ((this.changes[0] as Change).modseq - 1) as Modseq
      this.changes = []
    }
  }

  /** The client will be told of what has arrived: from here on the arrivals have numbers. */
  takeArrivals(): boolean {
    const newest = this.#newestUid()
    const { view } = this.open
    if (newest <= this.#lastUid && this.#lastUid > 0) return false
    this.#lastUid = Math.max(newest, this.#lastUid)
    const before = this.exists
    this.exists = view.count + this.gone.length
    if (!this.readOnly) this.#claimRecent()
    return this.exists !== before
  }

  #claimRecent(): void {
    const from = this.open.claimRecent()
    const to = Math.max(this.open.uidNext, this.#lastUid + 1)
    if (from >= to) return
    const last = this.#recent.length - 1
    if (last > 0 && this.#recent[last] === from) this.#recent[last] = to
    else this.#recent.push(from, to)
  }

  /** The client will be told who is gone: the numbers of the gone, in the order in which to tell them. */
  takeGone(): number[] {
    const { gone } = this
    const numbers: number[] = []
    // From the last to the first, so that no number moves before it is told.
    for (let i = gone.length - 1; i >= 0; i--) numbers.push(insertionPlace(this.view, gone[i] as number) + i + 1)
    this.gone = none
    this.exists -= numbers.length
    return numbers
  }

  /** Messages whose flags the client will be told now: places in the view. */
  takeChanged(): number[] {
    const { view } = this
    const places: number[] = []
    if (this.#rescanFrom !== undefined) {
      const from = this.#rescanFrom
      for (let i = 0; i < view.count && (view.uid[i] as number) <= this.#lastUid; i++)
        if ((view.modseq[i] as number) > from) places.push(i)
    } else {
      for (const uid of uidsOf(this.changes)) {
        const place = uid <= this.#lastUid ? placeOf(view, uid) : -1
        if (place >= 0) places.push(place)
      }
    }
    this.changes = []
    this.#rescanFrom = undefined
    return places
  }

  /** The client knows of its own change already. */
  forgetChange(modseq: Modseq): void {
    this.changes = this.changes.filter(change => change.modseq !== modseq)
  }

  isRecent(uid: number): boolean {
    const recent = this.#recent
    for (let i = recent.length - 2; i >= 0; i -= 2)
      if (uid >= (recent[i] as number)) return uid < (recent[i + 1] as number)
    return false
  }

  countRecent(): number {
    let count = 0
    for (let i = 0; i < this.#recent.length; i += 2) {
      const from = this.#recent[i] as number
      const to = Math.min(this.#recent[i + 1] as number, this.#lastUid + 1)
      count +=
        insertionPlace(this.view, to) -
        insertionPlace(this.view, from) +
        before(this.gone, to) -
        before(this.gone, from)
    }
    return count
  }

  firstUnseen(): number | undefined {
    const { view } = this
    for (let i = 0; i < view.count; i++) if (!((view.low[i] as number) & SEEN)) return i + 1
    return undefined
  }

  /** The number of the message at a place of the view. */
  numberAt(place: number): number {
    return this.gone.length === 0 ? place + 1 : place + 1 + before(this.gone, this.view.uid[place] as number)
  }

  /** Where the message stands in the view, or -1. Places beside `hint` are found at once. */
  placeOf(uid: number, hint = 0): number {
    const { view } = this
    if (hint < view.count && view.uid[hint] === uid) return hint
    return placeOf(view, uid)
  }

  ordinalAt(place: number): MessageOrdinal {
    return this.view.ordinal[place] as MessageOrdinal
  }

  flagsAt(place: number): string {
    const { view } = this
    const names = flagNames(bitsAt(view, place), view.keywords)
    if (this.isRecent(view.uid[place] as number)) names.push('\\Recent')
    return names.join(' ')
  }

  choose({ uid, set }: { readonly uid: boolean; readonly set: SequenceSet }): Chosen {
    return uid ? this.byUids(set) : this.byNumbers(set)
  }

  /** The UIDs of a set of message numbers. RFC 9051 §6.4. */
  byNumbers(ranges: SequenceSet): Chosen {
    let outside = false
    const clamped = ranges.map(range => {
      const [from, to] = ordered(range, this.exists)
      if (from > this.exists || (this.exists === 0 && range.from !== star && range.to !== star)) outside = true
      return [from, Math.min(to, this.exists)] as const
    })
    let someGone = false
    const uids = collect(clamped, (from, to, take) => {
      for (let n = from; n <= to; n++) {
        const place = this.#placeOfNumber(n)
        if (place < 0) someGone = true
        else take(this.view.uid[place] as number)
      }
    })
    return { uids, someGone, outside }
  }

  /** The UIDs of a set of UIDs; those that are not there are passed over (RFC 9051 §6.4.9). */
  byUids(ranges: SequenceSet): Chosen {
    const { view } = this
    const known = this.#knownCount()
    const last = known > 0 ? (view.uid[known - 1] as number) : 0
    const clamped = ranges.map(range => ordered(range, last))
    const uids = collect(clamped, (from, to, take) => {
      for (let i = insertionPlace(view, from); i < known && (view.uid[i] as number) <= to; i++)
        take(view.uid[i] as number)
    })
    return { uids, someGone: false, outside: false }
  }

  /** How many messages of the view the client knows of. */
  #knownCount(): number {
    return this.exists - this.gone.length
  }

  /** -1 when the message is gone. */
  #placeOfNumber(number: number): number {
    const { gone } = this
    if (gone.length === 0) return number - 1
    // The gone whose number is at or below this one: their own numbers rise with them.
    let low = 0
    let high = gone.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const here = insertionPlace(this.view, gone[middle] as number) + middle + 1
      if (here === number) return -1
      if (here < number) low = middle + 1
      else high = middle
    }
    return number - 1 - low
  }
}

export const bitsAt = (view: MailboxView, place: number): FlagBits => ({
  low: view.low[place] as number,
  high: view.high[place] as number,
})

/** How many messages of the view have a smaller UID. */
function insertionPlace(view: MailboxView, uid: number): number {
  const place = placeOf(view, uid)
  return place >= 0 ? place : -place - 1
}
