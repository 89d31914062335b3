import { decodeBase64 } from './base64.ts'
import { decodeCharset, decodedPieces } from './charset.ts'
import { decodeWords } from './decode-words.ts'
import { fieldText, type HeaderField, headerLines } from './header.ts'
import type { MessageLimits } from './limits.ts'
import { decodeQuotedPrintable } from './quoted-printable.ts'
import { parameterText } from './segments.ts'
import type { MessageStructure, Part } from './structure.ts'

/** A part's body with its transfer encoding taken off: new bytes, or a view of the message's. */
export function decodedBody(bytes: Uint8Array, part: Part): Uint8Array {
  const body = bytes.subarray(part.body, part.end)
  if (part.kind !== 'leaf') return body
  if (part.encoding === 'base64') return decodeBase64(body)
  return part.encoding === 'quoted-printable' ? decodeQuotedPrintable(body) : body
}

/**
 * What a text part says, as Unicode; `undefined` for a part that is no text. HTML comes with its marks. Reports in lines
 * (message/delivery-status) are text too, and so is what could not be divided into parts: it must be found by a search.
 */
export function decodedText(bytes: Uint8Array, structure: MessageStructure, index: number): string | undefined {
  const part = structure.parts[index]
  if (part === undefined || !isText(part)) return undefined
  return decodeCharset(decodedBody(bytes, part), parameterText(part.parameters, 'charset'))
}

/** The same in pieces; none of a part that is no text. */
export function* decodedTextPieces(bytes: Uint8Array, part: Part): Generator<string, void, void> {
  if (isText(part)) yield* decodedPieces(decodedBody(bytes, part), parameterText(part.parameters, 'charset'))
}

const isText = ({ kind, type, children }: Part): boolean =>
  kind === 'leaf' ? type === 'text' || type === 'message' || type === 'multipart' : children.length === 0

/** A field's value, unfolded, encoded words decoded. */
export const decodedFieldText = (bytes: Uint8Array, field: HeaderField, limits: MessageLimits): string =>
  decodeWords(fieldText(bytes, field, limits))

/** The same for a value that somebody has cut out: bytes behind the colon. */
export const decodedHeaderValue = (bytes: Uint8Array, limits: MessageLimits): string =>
  decodedFieldText(bytes, { name: '', begin: 0, value: 0, end: bytes.length }, limits)

/** The lines of the message's own fields with these lower-case names, see `headerLines`. */
export const storedHeaderLines = (
  bytes: Uint8Array,
  structure: MessageStructure,
  names: ReadonlySet<string>,
  maxBytes: number,
): Uint8Array | undefined => headerLines(bytes, (structure.parts[0] as Part).header, names, maxBytes)
