import type { Ranges } from './sequence-set.ts'

/** The shared, live columns of a mailbox: the first `count` places, sorted by UID. */
export interface UidColumn {
  readonly count: number
  readonly uid: Uint32Array
}

/**
 * What one session was told of a mailbox: all that its message numbers need beside the shared column. The client counts
 * `exists` messages: those of the column up to `lastUid`, and those of `gone`, which have left the column untold.
 */
export interface Announced {
  readonly exists: number
  /** The largest UID of which the client was told, expunged or not. */
  readonly lastUid: number
  /** Sorted UIDs. RFC 3501 §7.4.1: until EXPUNGE is sent, their numbers stay taken. */
  readonly gone: Uint32Array
}

const none: Uint32Array = new Uint32Array(0)

export const nothingAnnounced: Announced = { exists: 0, lastUid: 0, gone: none }

/** How many of the first `count` sorted UIDs are smaller than `uid`. */
export function countBelow(uids: Uint32Array, count: number, uid: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((uids[middle] as number) < uid) low = middle + 1
    else high = middle
  }
  return low
}

/** The UID of a message number, or 0 when the message is gone or the number is nobody's. */
export function uidOfNumber(column: UidColumn, told: Announced, number: number): number {
  const place = placeOfNumber(column, told, number)
  return place < 0 ? 0 : (column.uid[place] as number)
}

/** The number of a UID, or 0 when the client does not know of it or it is gone. */
export function numberOfUid(column: UidColumn, told: Announced, uid: number): number {
  const place = countBelow(column.uid, column.count, uid)
  return uid > told.lastUid || place === column.count || column.uid[place] !== uid ? 0 : numberAt(told, place, uid)
}

/** The number of the message at a place of the column. */
export const numberAt = (told: Announced, place: number, uid: number): number =>
  told.gone.length === 0 ? place + 1 : place + 1 + countBelow(told.gone, told.gone.length, uid)

/** The place in the column of a message number, or -1. */
export function placeOfNumber(column: UidColumn, told: Announced, number: number): number {
  if (number < 1 || number > told.exists) return -1
  const { gone } = told
  if (gone.length === 0) return number - 1
  const before = goneBefore(column, gone, number)
  return before < gone.length && numberOfGone(column, gone, before) === number ? -1 : number - 1 - before
}

/** The number that the i-th of the gone still has. */
const numberOfGone = (column: UidColumn, gone: Uint32Array, i: number): number =>
  countBelow(column.uid, column.count, gone[i] as number) + i + 1

/** How many of the gone have a smaller number. */
function goneBefore(column: UidColumn, gone: Uint32Array, number: number): number {
  let low = 0
  let high = gone.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numberOfGone(column, gone, middle) < number) low = middle + 1
    else high = middle
  }
  return low
}

/** Messages chosen by a client, by UID, sorted. */
export interface Chosen {
  readonly uids: Uint32Array
  /** A number was chosen whose message is gone. RFC 2180 §4.1: the answer is NO for some commands. */
  readonly someGone: boolean
}

/** The UIDs of message numbers (normalised up to `exists`). */
export function uidsOfNumbers(column: UidColumn, told: Announced, ranges: Ranges): Chosen {
  let most = 0
  for (const { from, to } of ranges) most += to - from + 1
  const uids = new Uint32Array(most)
  let size = 0
  for (const { from, to } of ranges) {
    let gone = told.gone.length === 0 ? 0 : goneBefore(column, told.gone, from)
    for (let number = from; number <= to; number++) {
      if (gone < told.gone.length && numberOfGone(column, told.gone, gone) === number) gone++
      else uids[size++] = column.uid[number - 1 - gone] as number
    }
  }
  return { uids: size === most ? uids : uids.slice(0, size), someGone: size < most }
}

/** The UIDs of the ranges (normalised up to `lastKnownUid`) that are there; others are passed over. RFC 3501 §6.4.8. */
export function uidsOfUids(column: UidColumn, told: Announced, ranges: Ranges): Uint32Array {
  const spans: number[] = []
  let size = 0
  for (const { from, to } of ranges) {
    const start = countBelow(column.uid, column.count, from)
    const end = countBelow(column.uid, column.count, Math.min(to, told.lastUid) + 1)
    if (start < end) spans.push(start, end)
    size += Math.max(0, end - start)
  }
  const uids = new Uint32Array(size)
  let at = 0
  for (let i = 0; i < spans.length; i += 2) {
    const part = column.uid.subarray(spans[i], spans[i + 1])
    uids.set(part, at)
    at += part.length
  }
  return uids
}

/** What `*` means among UIDs: the last message that the client knows and that is there; 0 when there is none. */
export function lastKnownUid(column: UidColumn, told: Announced): number {
  const known = countBelow(column.uid, column.count, told.lastUid + 1)
  return known === 0 ? 0 : (column.uid[known - 1] as number)
}

/** Messages (sorted UIDs) have left the column. Those of which the client never knew leave no trace. */
export function withGone(told: Announced, uids: Uint32Array): Announced {
  const known = uids.subarray(0, countBelow(uids, uids.length, told.lastUid + 1))
  return known.length === 0 ? told : { ...told, gone: merged(told.gone, known) }
}

/** Two sorted lists without common members as one; an empty one costs nothing. */
function merged(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0) return b
  const all = new Uint32Array(a.length + b.length)
  let i = 0
  let j = 0
  for (let to = 0; to < all.length; to++) {
    const takesFirst = j === b.length || (i < a.length && (a[i] as number) < (b[j] as number))
    all[to] = (takesFirst ? a[i++] : b[j++]) as number
  }
  return all
}

/** EXISTS is sent: all of the column is known. */
export function withArrivals(column: UidColumn, told: Announced): Announced {
  const newest = column.count === 0 ? 0 : (column.uid[column.count - 1] as number)
  if (newest <= told.lastUid) return told
  return { ...told, lastUid: newest, exists: column.count + told.gone.length }
}

/** EXPUNGE is sent for all that are gone: their numbers, the largest first, so that none moves before it is told. */
export function withoutGone(column: UidColumn, told: Announced): readonly [Announced, Uint32Array] {
  const { gone } = told
  if (gone.length === 0) return [told, none]
  const numbers = new Uint32Array(gone.length)
  for (let i = 0; i < gone.length; i++) numbers[gone.length - 1 - i] = numberOfGone(column, gone, i)
  return [{ ...told, exists: told.exists - gone.length, gone: none }, numbers]
}
