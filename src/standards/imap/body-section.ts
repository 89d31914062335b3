import { concat, noBytes } from '#base/bytes'
import { type Header, headerLines, type MessageStructure, type Part } from '#standards/message'

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

/** The bytes of a section: a view of the message's, or for HEADER.FIELDS a copy. */
export function sectionBytes(
  bytes: Uint8Array,
  structure: MessageStructure,
  section: BodySection,
): Uint8Array | undefined {
  const range = sectionRange(structure, section)
  if (range === undefined) return undefined
  if (section.text !== 'HEADER.FIELDS' && section.text !== 'HEADER.FIELDS.NOT') {
    return bytes.subarray(range.from, range.to)
  }
  const header = structure.parts.find(part => part.begin === range.from && part.body === range.to)?.header as Header
  const names = new Set(section.fields?.map(name => name.toLowerCase()))
  const emptyLine = bytes.subarray(header.fieldsEnd, header.end)
  return concat([chosenLines(bytes, header, names, section.text === 'HEADER.FIELDS.NOT'), emptyLine])
}

function chosenLines(bytes: Uint8Array, header: Header, names: ReadonlySet<string>, others: boolean): Uint8Array {
  if (!others) return headerLines(bytes, header, names, Number.POSITIVE_INFINITY) ?? noBytes
  const lines = header.fields.filter(({ name }) => !names.has(name))
  return concat(lines.map(({ begin, end }) => bytes.subarray(begin, end)))
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
