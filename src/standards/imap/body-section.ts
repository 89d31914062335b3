import { asciiLower, crlf, LF } from '#base/bytes'
import type { Header, MessageStructure, Part } from '#standards/message'

/** What `BODY[...]` names: a part and, perhaps, one side of it. RFC 3501 §6.4.5. */
export interface BodySection {
  /** Part numbers from the outside in; empty for the whole message. */
  readonly part: readonly number[]
  readonly text?: 'HEADER' | 'HEADER.FIELDS' | 'HEADER.FIELDS.NOT' | 'TEXT' | 'MIME'
  /** Field names of HEADER.FIELDS and HEADER.FIELDS.NOT, in upper case. */
  readonly fields?: readonly string[]
}

/** A stretch of the message: `[from, to)`. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/**
 * Where a section lies in the message; `undefined` when the message has no such part. For HEADER.FIELDS it is the
 * header that they are chosen from.
 */
export function sectionRange(structure: MessageStructure, section: BodySection): ByteRange | undefined {
  const { parts } = structure
  const root = parts[0] as Part
  if (section.part.length === 0) {
    switch (section.text) {
      case undefined:
        return { from: 0, to: root.end }
      case 'MIME':
        return undefined
      case 'TEXT':
        return { from: root.body, to: root.end }
      default:
        return { from: root.begin, to: root.body }
    }
  }
  const part = findPart(structure, section.part)
  if (part === undefined) return undefined
  if (part === 'empty') return section.text === undefined ? { from: root.end, to: root.end } : undefined
  if (section.text === undefined) return { from: part.body, to: part.end }
  if (section.text === 'MIME') return { from: part.begin, to: part.body }
  const inner = part.kind === 'message' ? parts[part.children[0] as number] : undefined
  if (inner === undefined) return undefined
  return section.text === 'TEXT' ? { from: inner.body, to: inner.end } : { from: inner.begin, to: inner.body }
}

/** The bytes of a section, in views of the message's. */
export function sectionRuns(
  bytes: Uint8Array,
  structure: MessageStructure,
  section: BodySection,
): readonly Uint8Array[] | undefined {
  const range = sectionRange(structure, section)
  if (range === undefined) return undefined
  if (!choosesFields(section)) return [bytes.subarray(range.from, range.to)]
  const header = structure.parts.find(part => part.begin === range.from && part.body === range.to)?.header as Header
  return chosenFields(bytes, header, section)
}

/** The same for a section of the whole message, for which nobody has to look for its parts. */
export function wholeSectionRuns(
  bytes: Uint8Array,
  header: Header,
  section: BodySection,
): readonly Uint8Array[] | undefined {
  if (section.text === undefined) return [bytes]
  if (section.text === 'MIME') return undefined
  if (choosesFields(section)) return chosenFields(bytes, header, section)
  return [section.text === 'TEXT' ? bytes.subarray(header.end) : bytes.subarray(0, header.end)]
}

/** Such a section looks at every field of a header. */
export const choosesFields = ({ text }: BodySection): boolean =>
  text === 'HEADER.FIELDS' || text === 'HEADER.FIELDS.NOT'

/** The names of HEADER.FIELDS as the parser of messages has them. */
export const lowerNames = ({ fields = [] }: BodySection): ReadonlySet<string> => new Set(fields.map(asciiLower))

/** HEADER.FIELDS: the lines of fields by their lower-case names, or of all others, and always an empty line. */
const chosenFields = (bytes: Uint8Array, header: Header, section: BodySection): readonly Uint8Array[] =>
  fieldRuns(bytes, header, lowerNames(section), section.text === 'HEADER.FIELDS.NOT')

/** As views, for who sends them one after the other. */
export function fieldRuns(
  bytes: Uint8Array,
  { fields }: Header,
  names: ReadonlySet<string>,
  others = false,
): readonly Uint8Array[] {
  const runs: Uint8Array[] = []
  let from = 0
  let to = 0
  for (const field of fields) {
    if (others === (field.name !== '' && names.has(field.name))) continue
    if (field.begin !== to) {
      if (to > from) runs.push(bytes.subarray(from, to))
      from = field.begin
    }
    to = field.end
  }
  if (to > from) runs.push(bytes.subarray(from, to))
  if (to > from && bytes[to - 1] !== LF) runs.push(crlf)
  runs.push(crlf)
  return runs
}

/**
 * The part with these numbers. A message that is no multipart has one part, itself; a part that is a message counts on
 * inside that message. `empty` is the one part that a multipart without parts is said to have.
 */
function findPart({ parts }: MessageStructure, numbers: readonly number[]): Part | 'empty' | undefined {
  let found: Part | undefined
  let inside: Part | undefined = parts[0]
  for (const [depth, number] of numbers.entries()) {
    if (inside === undefined) return undefined
    if (inside.kind !== 'multipart') found = number === 1 ? inside : undefined
    else if (inside.children.length > 0) found = parts[inside.children[number - 1] ?? -1]
    else return number === 1 && depth === numbers.length - 1 ? 'empty' : undefined
    if (found === undefined) return undefined
    inside =
      found.kind === 'multipart' ? found : found.kind === 'message' ? parts[found.children[0] as number] : undefined
  }
  return found
}

/** `<start.count>` of a text of that length, safe for numbers of any size: an empty range beyond the end. */
export function partialRange(length: number, start: number, count: number): ByteRange {
  const from = start > 0 ? Math.min(start, length) : 0
  return { from, to: count > 0 ? from + Math.min(count, length - from) : from }
}

/** That range of bytes that come in pieces. */
export function cutRuns(runs: readonly Uint8Array[], start: number, count: number): readonly Uint8Array[] {
  const { from, to } = partialRange(
    runs.reduce((sum, { length }) => sum + length, 0),
    start,
    count,
  )
  const cut: Uint8Array[] = []
  let at = 0
  for (const run of runs) {
    if (at < to && at + run.length > from) cut.push(run.subarray(Math.max(0, from - at), to - at))
    at += run.length
  }
  return cut
}
