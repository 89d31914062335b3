import type { Instant } from '#base/clock'
import { foldText } from './fold-text.ts'
import type { Day, DayOrder, SearchKey } from './search-key.ts'
import { inRanges, normalise, type Ranges } from './sequence-set.ts'

/** A search made ready for one mailbox: flags as bits, sets normalised, texts folded, cheap keys first. */
export type BoundKey =
  | { readonly key: 'all' | 'none' | 'recent' }
  | { readonly key: 'and' | 'or'; readonly keys: readonly BoundKey[] }
  | { readonly key: 'not'; readonly of: BoundKey }
  | { readonly key: 'bits'; readonly low: number; readonly high: number; readonly set: boolean }
  | { readonly key: 'numbers' | 'uids'; readonly ranges: Ranges }
  | { readonly key: 'larger' | 'smaller'; readonly than: number }
  | { readonly key: 'received' | 'sent'; readonly order: DayOrder; readonly day: Day }
  | { readonly key: 'header'; readonly field: string; readonly text: string }
  | { readonly key: 'body' | 'text'; readonly text: string }

export interface SearchedMailbox {
  /** The bit of a flag in this mailbox; nothing when no message can have it. */
  bitsOf(flag: string): { readonly low: number; readonly high: number } | undefined
  readonly exists: number
  /** What `*` means among UIDs. */
  readonly lastUid: number
}

/** What is known of a message without reading it. One object may serve for message after message. */
export interface SearchFacts {
  readonly number: number
  readonly uid: number
  readonly low: number
  readonly high: number
  readonly recent: boolean
  /** `undefined`: not read yet. */
  readonly size?: number | undefined
  readonly received?: Instant | undefined
}

/** What has been read of a message. Texts are given through `foldText`; `undefined`: not known yet. */
export interface SearchContent {
  /** Has it a field of that name (in lower case) with that text in it? An empty text asks for the field alone. */
  inField(name: string, text: string): boolean | undefined
  /** The day of the Date field, in its own zone; `none` when it has none that can be read. */
  readonly sent?: Day | 'none' | undefined
  inHeader(text: string): boolean | undefined
  inBody(text: string): boolean | undefined
}

export function bindSearch(key: SearchKey, mailbox: SearchedMailbox): BoundKey {
  switch (key.key) {
    case 'and':
    case 'or': {
      const keys = key.keys.map(each => bindSearch(each, mailbox))
      return { key: key.key, keys: keys.sort((a, b) => weight(a) - weight(b)) }
    }
    case 'not':
      return { key: 'not', of: bindSearch(key.of, mailbox) }
    case 'flag': {
      const bits = mailbox.bitsOf(key.flag)
      return bits ? { key: 'bits', ...bits, set: key.set } : { key: key.set ? 'none' : 'all' }
    }
    case 'numbers':
      return { key: 'numbers', ranges: normalise(key.set, mailbox.exists) }
    case 'uids':
      return { key: 'uids', ranges: normalise(key.set, mailbox.lastUid) }
    case 'header':
      return { key: 'header', field: key.field, text: foldText(key.text) }
    case 'body':
    case 'text':
      return { key: key.key, text: foldText(key.text) }
    default:
      return key
  }
}

/** How much must be read before the key can be decided: 0 bits, 1 size and date, 2 the header, 3 all of it. */
function weight(key: BoundKey): number {
  switch (key.key) {
    case 'and':
    case 'or':
      return key.keys.reduce((most, each) => Math.max(most, weight(each)), 0)
    case 'not':
      return weight(key.of)
    case 'larger':
    case 'smaller':
    case 'received':
      return 1
    case 'sent':
    case 'header':
      return 2
    case 'body':
    case 'text':
      return 3
    default:
      return 0
  }
}

const needs = ['flags', 'facts', 'header', 'body'] as const
/** The most that any part of the search has to read. */
export type SearchNeed = (typeof needs)[number]
export const searchNeed = (key: BoundKey): SearchNeed => needs[weight(key)] as SearchNeed

/** What a search looks for in the texts of a message, folded. */
export interface SoughtInMessage {
  /** By the lower-case name of the field. */
  readonly fields: ReadonlyMap<string, ReadonlySet<string>>
  readonly header: ReadonlySet<string>
  readonly body: ReadonlySet<string>
  /** How many keys ask for a text anywhere in the message, and how many for one in a field of its header. */
  readonly texts: number
  readonly fieldTexts: number
}

export function soughtBy(key: BoundKey): SoughtInMessage {
  const fields = new Map<string, Set<string>>()
  const header = new Set<string>()
  const body = new Set<string>()
  let texts = 0
  let fieldTexts = 0
  const add = (each: BoundKey): void => {
    if (each.key === 'and' || each.key === 'or') each.keys.forEach(add)
    else if (each.key === 'not') add(each.of)
    else if (each.key === 'header') {
      fieldTexts++
      fields.set(each.field, (fields.get(each.field) ?? new Set()).add(each.text))
    } else if (each.key === 'body' || each.key === 'text') {
      texts++
      body.add(each.text)
      if (each.key === 'text') header.add(each.text)
    }
  }
  add(key)
  return { fields, header, body, texts, fieldTexts }
}

/** Decided by the facts alone, or `undefined` when the message must be read. */
export const matchesFacts = (key: BoundKey, facts: SearchFacts): boolean | undefined => matches(key, facts, unread)

const unknown = (): undefined => undefined
/** A message of which nothing has been read. */
export const unread: SearchContent = { inField: unknown, inHeader: unknown, inBody: unknown }

/** Decided by what is known so far, or `undefined` when more must be read. */
export function matches(key: BoundKey, facts: SearchFacts, content: SearchContent): boolean | undefined {
  switch (key.key) {
    case 'all':
      return true
    case 'none':
      return false
    case 'recent':
      return facts.recent
    case 'and':
    case 'or':
      return matchesMany(key.keys, key.key === 'or', facts, content)
    case 'not': {
      const inner = matches(key.of, facts, content)
      return inner === undefined ? undefined : !inner
    }
    case 'bits':
      return (((facts.low & key.low) | (facts.high & key.high)) !== 0) === key.set
    case 'numbers':
      return inRanges(key.ranges, facts.number)
    case 'uids':
      return inRanges(key.ranges, facts.uid)
    case 'larger':
      return facts.size === undefined ? undefined : facts.size > key.than
    case 'smaller':
      return facts.size === undefined ? undefined : facts.size < key.than
    case 'received':
      return facts.received === undefined ? undefined : inOrder(Math.floor(facts.received / 86_400_000), key)
    case 'sent':
      return content.sent === undefined ? undefined : content.sent !== 'none' && inOrder(content.sent, key)
    case 'header':
      return content.inField(key.field, key.text)
    case 'body':
      return content.inBody(key.text)
    case 'text':
      return either(content.inHeader(key.text), content.inBody(key.text))
  }
}

/** One that decides, decides; else one that is open leaves all open. */
function matchesMany(
  keys: readonly BoundKey[],
  decides: boolean,
  facts: SearchFacts,
  content: SearchContent,
): boolean | undefined {
  let open = false
  for (const key of keys) {
    const match = matches(key, facts, content)
    if (match === decides) return decides
    if (match === undefined) open = true
  }
  return open ? undefined : !decides
}

const either = (a: boolean | undefined, b: boolean | undefined): boolean | undefined =>
  a || b ? true : a === undefined || b === undefined ? undefined : false

const inOrder = (day: Day, { order, day: wanted }: { readonly order: DayOrder; readonly day: Day }): boolean =>
  order === 'on' ? day === wanted : order === 'before' ? day < wanted : day >= wanted
