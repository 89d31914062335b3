import { latin1 } from '#base/bytes'
import {
  fieldValue,
  joinSegments,
  type MessageStructure,
  type Parameter,
  type Part,
  parseDisposition,
} from '#standards/message'
import { envelopeText, imapNstring, imapString } from './imap-envelope.ts'

/** The parenthesised value of FETCH BODYSTRUCTURE, or of FETCH BODY without extension data. RFC 9051 §7.5.2. */
export function encodeBodyStructure(
  bytes: Uint8Array,
  structure: MessageStructure,
  options: { readonly extended: boolean },
): Uint8Array {
  return latin1(bodyText(bytes, structure, structure.parts[0] as Part, options.extended))
}

/** As deep as the parser's limit lets parts be nested. */
export function bodyText(bytes: Uint8Array, structure: MessageStructure, part: Part, extended: boolean): string {
  if (part.kind !== 'multipart') return singleText(bytes, structure, part, extended)
  let text = '('
  for (const child of part.children) text += bodyText(bytes, structure, structure.parts[child] as Part, extended)
  if (part.children.length === 0) text += extended ? `${emptyPart} NIL NIL NIL NIL)` : `${emptyPart})`
  text += ` ${imapString(part.subtype)}`
  if (extended) text += ` ${parametersText(part.parameters)}${extensionText(bytes, structure, part)}`
  return `${text})`
}

/** A multipart has one part at least by the grammar of the answer, whatever the message has. */
const emptyPart = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0'

function singleText(bytes: Uint8Array, structure: MessageStructure, part: Part, extended: boolean): string {
  const { header } = part
  const { limits } = structure
  const type = part.opaque ? '"application" "octet-stream"' : `${imapString(part.type)} ${imapString(part.subtype)}`
  const plain = part.type === 'text' && !part.parameters.some(({ name }) => name === 'charset')
  const parameters = plain ? [...part.parameters, usAscii] : part.parameters
  const id = imapNstring(fieldValue(bytes, header, 'content-id', limits))
  const description = imapNstring(fieldValue(bytes, header, 'content-description', limits))
  let text = `(${type} ${parametersText(parameters)} ${id} ${description} ${imapString(part.encoding)} ${part.end - part.body}`
  if (part.kind === 'message') {
    const inner = structure.parts[part.children[0] as number] as Part
    text += ` ${envelopeText(bytes, inner.header, structure)} ${bodyText(bytes, structure, inner, extended)} ${part.lines}`
  } else if (part.type === 'text') text += ` ${part.lines}`
  if (!extended) return `${text})`
  return `${text} ${imapNstring(fieldValue(bytes, header, 'content-md5', limits))}${extensionText(bytes, structure, part)})`
}

const usAscii: Parameter = { name: 'charset', value: 'us-ascii' }

const parametersText = (parameters: readonly Parameter[]): string =>
  parameters.length === 0
    ? 'NIL'
    : `(${joinSegments(parameters)
        .map(({ name, value }) => `${imapString(name)} ${imapString(value)}`)
        .join(' ')})`

/** Disposition, language and location. */
function extensionText(bytes: Uint8Array, { limits }: MessageStructure, { header }: Part): string {
  const field = fieldValue(bytes, header, 'content-disposition', limits)
  const disposition = field === undefined ? undefined : parseDisposition(field, limits)
  const first = disposition ? `(${imapString(disposition.kind)} ${parametersText(disposition.parameters)})` : 'NIL'
  const languages = fieldValue(bytes, header, 'content-language', limits)?.split(',', limits.parameters)
  const second = languages ? `(${languages.map(tag => imapString(tag.trim())).join(' ')})` : 'NIL'
  return ` ${first} ${second} ${imapNstring(fieldValue(bytes, header, 'content-location', limits))}`
}
