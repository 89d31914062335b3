import { applyChange, type Change } from '#mail/store'
import type { Ledger } from './pack-view.ts'

/** `applyChange` with the sizes kept in step. */
export function applyToLedger(ledger: Ledger, change: Change): void {
  const { view } = ledger
  if (change.modseq <= view.upTo) return
  const what = change.what
  const before = view.count
  if (what.kind === 'expunged') dropSizes(ledger, what.uids)
  applyChange(view, change)
  if (what.kind !== 'arrived') return
  if (ledger.size.length < view.uid.length) {
    const grown = new Uint32Array(view.uid.length)
    grown.set(ledger.size.subarray(0, before))
    ledger.size = grown
  }
  ledger.size.set(what.sizes, before)
}

/** Closes the gaps that `applyChange` is about to close in the view. */
function dropSizes({ view, size }: Ledger, uids: Uint32Array): void {
  let next = 0
  let to = 0
  for (let from = 0; from < view.count; from++) {
    const uid = view.uid[from] as number
    while (next < uids.length && (uids[next] as number) < uid) next++
    if (next < uids.length && uids[next] === uid) continue
    size[to++] = size[from] as number
  }
}

/** The places of those of the sorted UIDs that are there. */
export function placesOf({ view }: Ledger, uids: Uint32Array): Uint32Array {
  const places = new Uint32Array(Math.min(uids.length, view.count))
  let found = 0
  let at = uids.length > 0 ? firstPlace(view.uid, view.count, uids[0] as number, 0) : 0
  for (let i = 0; i < uids.length && at < view.count; i++) {
    const uid = uids[i] as number
    if ((view.uid[at] as number) < uid) at = firstPlace(view.uid, view.count, uid, at)
    if (at < view.count && view.uid[at] === uid) places[found++] = at++
  }
  return places.subarray(0, found)
}

/** The first place at or behind `from` whose UID is not smaller: in growing steps, so that neighbours are cheap. */
function firstPlace(column: Uint32Array, count: number, uid: number, from: number): number {
  let low = from
  let step = 1
  while (low + step < count && (column[low + step] as number) < uid) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, count)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((column[middle] as number) < uid) low = middle + 1
    else high = middle
  }
  return low
}

/** Runs of places that follow each other without a gap: [first, last] pairs. */
export function* runsOf(places: Uint32Array): Generator<readonly [number, number]> {
  for (let i = 0; i < places.length; ) {
    const first = places[i] as number
    let last = first
    while (++i < places.length && places[i] === last + 1) last++
    yield [first, last]
  }
}

/** Each once and rising, whatever was given. */
export function ordered(uids: Uint32Array): Uint32Array {
  let rising = true
  for (let i = 1; rising && i < uids.length; i++) rising = (uids[i] as number) > (uids[i - 1] as number)
  if (rising) return uids
  const sorted = uids.slice().sort()
  return sorted.filter((uid, i) => i === 0 || uid !== sorted[i - 1])
}
