/** What `BODY[...]` names: a part and, perhaps, one side of it. RFC 3501 §6.4.5. */
export interface BodySection {
  /** Part numbers from the outside in; empty for the whole message. */
  readonly part: readonly number[]
  readonly text?: 'HEADER' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT' | 'TEXT' | 'MIME'
  /** Field names of HEADER.FIELDS and HEADER.FIELDS.NOT, in upper case. */
  readonly fields?: readonly string[]
}
