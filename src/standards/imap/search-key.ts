import type { Flag } from './flags.ts'
import type { SequenceSet } from './sequence-set.ts'

/** A date without time and zone, as days since 1970-01-01. RFC 3501 §6.4.4: times and zones are disregarded. */
export type Day = number

export type DayOrder = 'before' | 'on' | 'since'

/** A search as a tree. Keys of RFC 3501 §6.4.4 that say the same are one: UNSEEN is `flag \Seen, set: false`. */
export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'or'; readonly keys: readonly [SearchKey, SearchKey] }
  | { readonly key: 'not'; readonly of: SearchKey }
  | { readonly key: 'flag'; readonly flag: Flag; readonly set: boolean }
  | { readonly key: 'recent' }
  | { readonly key: 'numbers' | 'uids'; readonly set: SequenceSet }
  | { readonly key: 'larger' | 'smaller'; readonly than: number }
  /** INTERNALDATE. */
  | { readonly key: 'received'; readonly order: DayOrder; readonly day: Day }
  /** The Date field. */
  | { readonly key: 'sent'; readonly order: DayOrder; readonly day: Day }
  /** FROM, TO, CC, BCC, SUBJECT and HEADER. The field in lower case; an empty text asks whether the field is there. */
  | { readonly key: 'header'; readonly field: string; readonly text: string }
  /** `text` looks at header and body, `body` at the body alone. */
  | { readonly key: 'body' | 'text'; readonly text: string }
