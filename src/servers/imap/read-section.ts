import { noBytes } from '#base/bytes'
import type { BodySection } from '#standards/imap'
import { type MessageStructure, type Part, parseStructure, usualMessageLimits } from '#standards/message'
import { headerEnd, pickFields } from './header-fields.ts'

/** One message's content, divided into parts when somebody asks for one and not before. */
export class OpenedContent {
  readonly bytes: Uint8Array
  #structure: MessageStructure | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get structure(): MessageStructure {
    this.#structure ??= parseStructure(this.bytes, usualMessageLimits)
    return this.#structure
  }
}

/** The bytes of a section; `undefined` (NIL) when the message has no such part. RFC 3501 §6.4.5. */
export function readSection(content: OpenedContent, section: BodySection): Uint8Array | undefined {
  const { bytes } = content
  if (section.part.length === 0) return pieceOf(bytes, 0, headerEnd(bytes), bytes.length, section)
  const { parts } = content.structure
  const part = findPart(parts, section.part)
  if (!part) return undefined
  if (section.text === undefined) return bytes.subarray(part.body, part.end)
  if (section.text === 'MIME') return bytes.subarray(part.begin, part.body)
  // Only an enclosed message has a header and a text of its own.
  const inner = part.kind === 'message' ? parts[part.children[0] ?? -1] : undefined
  return inner && pieceOf(bytes, inner.begin, inner.body, inner.end, section)
}

function pieceOf(bytes: Uint8Array, begin: number, body: number, end: number, section: BodySection): Uint8Array {
  const { text, fields = [] } = section
  if (text === undefined) return begin === 0 && end === bytes.length ? bytes : bytes.subarray(begin, end)
  if (text === 'TEXT') return bytes.subarray(body, end)
  const header = bytes.subarray(begin, body)
  if (text === 'HEADER' || text === 'MIME') return header
  return pickFields(header, lowerNames(fields), text === 'HEADER.FIELDS.NOT')
}

export const lowerNames = (fields: readonly string[]): ReadonlySet<string> =>
  new Set(fields.map(field => field.toLowerCase()))

/**
 * A part by its numbers. In a multipart they count its parts; a message that is no multipart has one part, its body;
 * behind an enclosed message they go on inside it. RFC 3501 §6.4.5.
 */
export function findPart(parts: readonly Part[], numbers: readonly number[]): Part | undefined {
  let here: Part | undefined = parts[0]
  let isTop = true
  for (const number of numbers) {
    if (here && !isTop && here.kind === 'message') {
      here = parts[here.children[0] ?? -1]
      isTop = true
    }
    if (here?.kind === 'multipart') here = parts[here.children[number - 1] ?? -1]
    else if (!isTop || number !== 1) return undefined
    isTop = false
    if (!here) return undefined
  }
  return here
}

/** What `<from.count>` leaves of it. */
export const partialOf = (bytes: Uint8Array, from: number, count: number): Uint8Array =>
  from >= bytes.length ? noBytes : bytes.subarray(from, from + count)
