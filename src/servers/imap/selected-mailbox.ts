import {
  type Change,
  type FlagBits,
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
import { UntoldFlags } from './untold-flags.ts'

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
  readonly open: OpenMailbox
  readonly readOnly: boolean
  removed = false
  keywordsTold: number
  /** Without those that are leaving: see `#announced`. */
  #told: Announced = nothingAnnounced
  /** UIDs that have gone since anybody asked for a number. */
  #leaving: number[] = []
  readonly #flags = new UntoldFlags()
  /** UIDs that are \Recent here: [from, to) pairs, rising. */
  readonly #recent: number[] = []
  readonly #unwatch: () => void

  constructor(open: OpenMailbox, readOnly: boolean, onNews: () => void) {
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

  /** The count the client knows: RFC 9051 §7.4.1. */
  get exists(): number {
    return this.#told.exists
  }

  get hasNews(): boolean {
    return (
      this.#flags.any ||
      this.#leaving.length > 0 ||
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
    if (what.kind === 'expunged') this.#leave(what.uids)
    else if (what.kind === 'removed') this.removed = true
    else this.#flags.hear(change)
  }

  #leave(uids: Uint32Array): void {
    const known = countBelow(uids, uids.length, this.#told.lastUid + 1)
    for (let i = 0; i < known; i++) this.#leaving.push(uids[i] as number)
  }

  /** Whoever goes is put in order when a number is asked for: many may go, one by one, before that. */
  get #announced(): Announced {
    if (this.#leaving.length > 0) {
      this.#told = withGone(this.#told, Uint32Array.from(this.#leaving).sort())
      this.#leaving = []
    }
    return this.#told
  }

  /** The client will be told of what has arrived: from here on the arrivals have numbers. False when nothing has. */
  takeArrivals(): boolean {
    const before = this.#announced
    this.#told = withArrivals(this.view, before)
    if (this.#told === before) return false
    this.#noteRecent(before.lastUid)
    return true
  }

  /** RFC 3501 §2.3.2: of who only reads, the next session does not hear that the messages are recent no more. */
  #noteRecent(knownBefore: number): void {
    const { open, readOnly } = this
    const from = readOnly ? Math.max(open.recentFrom, knownBefore + 1) : open.claimRecent()
    const to = this.#told.lastUid + 1
    if (from >= to) return
    const last = this.#recent.length - 1
    if (last > 0 && this.#recent[last] === from) this.#recent[last] = to
    else this.#recent.push(from, to)
  }

  /** The client will be told who is gone: their numbers, in the order in which to tell them. */
  takeGone(): Uint32Array {
    const [told, numbers] = withoutGone(this.view, this.#announced)
    this.#told = told
    return numbers
  }

  /** Are there messages whose flags the client does not know? */
  get hasChanged(): boolean {
    return this.#flags.any
  }

  /** Messages whose flags the client will be told now, `most` at most: places in the view. */
  takeChanged(most: number): readonly number[] {
    return this.#flags.take(this.view, this.#told.lastUid, most)
  }

  /** The client knows of its own change already. */
  forgetChange(modseq: Modseq): void {
    this.#flags.forget(modseq)
  }

  isRecent(uid: number): boolean {
    const recent = this.#recent
    // The place behind the last bound that is not above the UID: odd inside of a pair.
    let low = 0
    let high = recent.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((recent[middle] as number) <= uid) low = middle + 1
      else high = middle
    }
    return low % 2 === 1
  }

  countRecent(): number {
    const { view } = this
    const { gone } = this.#announced
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
    return numberAt(this.#announced, place, this.view.uid[place] as number)
  }

  /** Where the message stands in the view, or -1. The place that `hint` names is looked at first. */
  placeOf(uid: number, hint = 0): number {
    const { view } = this
    return hint < view.count && view.uid[hint] === uid ? hint : placeOf(view, uid)
  }

  ordinalAt(place: number): MessageOrdinal {
    return this.view.ordinal[place] as MessageOrdinal
  }

  /** The messages of a command's set, RFC 3501 §6.4: by number, or by UID, where missing ones are passed over. */
  choose({ uid, set }: { readonly uid: boolean; readonly set: SequenceSet }): ChosenMessages {
    const { view } = this
    if (uid) {
      const ranges = normalise(set, lastKnownUid(view, this.#told))
      return { uids: uidsOfUids(view, this.#told, ranges), someGone: false, outside: false }
    }
    const chosen = uidsOfNumbers(view, this.#announced, normalise(set, this.exists))
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
