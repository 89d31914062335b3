import type { BodySection } from './body-section.ts'

/** `<from.count>` behind a section. RFC 3501 §6.4.5. */
export interface PartialRange {
  readonly from: number
  readonly count: number
}

/** A piece of the content, and how the answer calls it: `BODY[TEXT]<0>`, `RFC822.HEADER`. */
export interface SectionItem {
  readonly item: 'section'
  /** As it stands before the literal in the answer. */
  readonly label: string
  readonly section: BodySection
  /** Without peeking, reading sets \Seen. */
  readonly peek: boolean
  readonly partial?: PartialRange
}

/** One thing to fetch; macros are resolved, nothing is named twice. RFC 3501 §6.4.5. */
export type FetchItem =
  | {
      readonly item: 'UID' | 'FLAGS' | 'INTERNALDATE' | 'RFC822.SIZE' | 'ENVELOPE' | 'BODY' | 'BODYSTRUCTURE'
    }
  | SectionItem
