import { type Change, type MailboxView, type Modseq, placeOf } from '#mail/store'

/** Beyond so many changes, or messages in them, modseqs are compared instead of keeping the changes. */
const mostChanges = 64
const mostMessages = 65_536

const none: ArrayLike<number> = []

type FlagsChange = Change & { readonly what: Extract<Change['what'], { kind: 'flags' }> }

/** What a client does not know yet of the flags in its mailbox. The changes are shared with all who heard of them. */
export class UntoldFlags {
  /** In their order. */
  #changes: FlagsChange[] = []
  #messages = 0
  /** Flags changed behind this modseq are untold, whatever `#changes` says. */
  #rescanFrom: Modseq | undefined
  /** UIDs that are being told, piece by piece, and the next of them. */
  #uids: ArrayLike<number> = none
  #at = 0

  get any(): boolean {
    return this.#at < this.#uids.length || this.#changes.length > 0 || this.#rescanFrom !== undefined
  }

  hear(change: Change): void {
    const { what } = change
    if (what.kind !== 'flags' || this.#rescanFrom !== undefined) return
    this.#changes.push(change as FlagsChange)
    this.#messages += what.uids.length
    const kept = this.#changes.length
    if (kept <= 1 || (kept <= mostChanges && this.#messages <= mostMessages)) return
    this.#rescanFrom = ((this.#changes[0] as FlagsChange).modseq - 1) as Modseq
    this.#keep([])
  }

  /** The client knows of its own change already. */
  forget(modseq: Modseq): void {
    this.#keep(this.#changes.filter(change => change.modseq !== modseq))
  }

  #keep(changes: FlagsChange[]): void {
    this.#changes = changes
    this.#messages = changes.reduce((sum, { what }) => sum + what.uids.length, 0)
  }

  /** The client will be told of these places in the view, `most` at most. */
  take(view: MailboxView, lastUid: number, most: number): readonly number[] {
    const places: number[] = []
    let next = 0
    while (places.length < most) {
      if (this.#at === this.#uids.length && !this.#gather(view, lastUid)) break
      const uid = this.#uids[this.#at++] as number
      const place = next < view.count && view.uid[next] === uid ? next : placeOf(view, uid)
      if (place < 0 || uid > lastUid) continue
      places.push(place)
      next = place + 1
    }
    if (this.#at === this.#uids.length) this.#tell(none)
    return places
  }

  #tell(uids: ArrayLike<number>): void {
    this.#uids = uids
    this.#at = 0
  }

  #gather(view: MailboxView, lastUid: number): boolean {
    const from = this.#rescanFrom
    this.#tell(from === undefined ? uidsOf(this.#changes) : uidsBehind(view, lastUid, from))
    this.#rescanFrom = undefined
    this.#keep([])
    return this.#uids.length > 0
  }
}

/** Each once, rising. */
function uidsOf(changes: readonly FlagsChange[]): ArrayLike<number> {
  if (changes.length < 2) return changes[0]?.what.uids ?? none
  const all = new Uint32Array(changes.reduce((sum, { what }) => sum + what.uids.length, 0))
  let at = 0
  for (const { what } of changes) {
    all.set(what.uids, at)
    at += what.uids.length
  }
  all.sort()
  let size = 0
  for (const uid of all) if (size === 0 || uid !== all[size - 1]) all[size++] = uid
  return all.subarray(0, size)
}

function uidsBehind(view: MailboxView, lastUid: number, modseq: Modseq): ArrayLike<number> {
  const uids: number[] = []
  for (let i = 0; i < view.count && (view.uid[i] as number) <= lastUid; i++)
    if ((view.modseq[i] as number) > modseq) uids.push(view.uid[i] as number)
  return uids
}
