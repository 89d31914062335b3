import type { Change, MailboxChange } from './change.ts'
import type { FlagBits, FlagBitsChange } from './flags.ts'
import type { Modseq } from './ids.ts'

/** Parallel columns, sorted by UID: 24 bytes a message. Only the first `count` places are in use. */
export interface ViewColumns {
  count: number
  uid: Uint32Array
  ordinal: Uint32Array
  low: Uint32Array
  high: Uint32Array
  modseq: Float64Array
}

/**
 * What one mailbox holds, packed. The writer keeps one to count and to checkpoint; every session that has the mailbox
 * selected reads one shared copy. It changes only by `applyChange`, in commit order, and is never written otherwise.
 */
export interface MailboxView extends ViewColumns {
  /** Everything up to here is in the columns. */
  upTo: Modseq
  /** Names by bit, in order of first use; grows, never shrinks. */
  keywords: readonly string[]
}

export function makeView(upTo: Modseq, keywords: readonly string[] = [], room = 0): MailboxView {
  return {
    count: 0,
    uid: new Uint32Array(room),
    ordinal: new Uint32Array(room),
    low: new Uint32Array(room),
    high: new Uint32Array(room),
    modseq: new Float64Array(room),
    upTo,
    keywords,
  }
}

/** The place of a UID, or `-(place where it would be) - 1`. */
export function placeOf(view: ViewColumns, uid: number): number {
  let low = 0
  let high = view.count - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const here = view.uid[middle] as number
    if (here === uid) return middle
    if (here < uid) low = middle + 1
    else high = middle - 1
  }
  return -low - 1
}

/** Brings the view one change further; a change it already knows is passed over. */
export function applyChange(view: MailboxView, change: Change): void {
  if (change.modseq <= view.upTo) return
  const what = change.what
  if (what.kind === 'arrived') arrive(view, what, change.modseq)
  else if (what.kind === 'flags') {
    view.keywords = what.keywords
    let next = 0
    for (const uid of what.uids) {
      // Neighbours among the UIDs are mostly neighbours in the columns.
      const at = next < view.count && view.uid[next] === uid ? next : placeOf(view, uid)
      if (at >= 0) setBits(view, at, what.change, change.modseq)
      next = at >= 0 ? at + 1 : -at - 1
    }
  } else if (what.kind === 'expunged') expunge(view, what.uids)
  view.upTo = change.modseq
}

function arrive(view: MailboxView, what: Extract<MailboxChange, { kind: 'arrived' }>, modseq: Modseq): void {
  if (what.keywords) view.keywords = what.keywords
  makeRoom(view, view.count + what.uids.length)
  for (let i = 0; i < what.uids.length; i++) {
    const at = view.count++
    const bits = Array.isArray(what.flags) ? (what.flags[i] as FlagBits) : (what.flags as FlagBits)
    view.uid[at] = what.uids[i] as number
    view.ordinal[at] = what.ordinals[i] as number
    view.low[at] = bits.low
    view.high[at] = bits.high
    view.modseq[at] = modseq
  }
}

function makeRoom(view: MailboxView, need: number): void {
  if (need <= view.uid.length) return
  const room = Math.max(need, 64, view.uid.length + (view.uid.length >> 1))
  const grown = <T extends Uint32Array | Float64Array>(old: T, fresh: T): T => {
    fresh.set(old.subarray(0, view.count))
    return fresh
  }
  view.uid = grown(view.uid, new Uint32Array(room))
  view.ordinal = grown(view.ordinal, new Uint32Array(room))
  view.low = grown(view.low, new Uint32Array(room))
  view.high = grown(view.high, new Uint32Array(room))
  view.modseq = grown(view.modseq, new Float64Array(room))
}

/** The flags a message has after a change. */
export function changedBits(low: number, high: number, change: FlagBitsChange): FlagBits {
  if (change.op === 'add') return { low: (low | change.bits.low) >>> 0, high: (high | change.bits.high) >>> 0 }
  if (change.op === 'remove') return { low: (low & ~change.bits.low) >>> 0, high: (high & ~change.bits.high) >>> 0 }
  return change.bits
}

function setBits(view: MailboxView, at: number, change: FlagBitsChange, modseq: Modseq): void {
  const bits = changedBits(view.low[at] as number, view.high[at] as number, change)
  view.low[at] = bits.low
  view.high[at] = bits.high
  view.modseq[at] = modseq
}

/** Closes the gaps in one pass over the columns, however many messages go. */
function expunge(view: MailboxView, uids: Uint32Array): void {
  let next = 0
  let to = 0
  for (let from = 0; from < view.count; from++) {
    const uid = view.uid[from] as number
    while (next < uids.length && (uids[next] as number) < uid) next++
    if (next < uids.length && uids[next] === uid) continue
    if (to !== from) {
      view.uid[to] = uid
      view.ordinal[to] = view.ordinal[from] as number
      view.low[to] = view.low[from] as number
      view.high[to] = view.high[from] as number
      view.modseq[to] = view.modseq[from] as number
    }
    to++
  }
  view.count = to
}
