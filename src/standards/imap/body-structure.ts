import {
  fieldValue,
  joinSegments,
  type MessageStructure,
  type Parameter,
  type Part,
  parseDisposition,
} from '#standards/message'
import { imapNstring, imapString } from './encode/imap-string.ts'
import { imapEnvelope } from './imap-envelope.ts'

export interface BodyForm {
  /** With extension data: BODYSTRUCTURE, else BODY. */
  readonly extended: boolean
  /** The longest that the text may become, in bytes. */
  readonly most: number
}

/**
 * The parenthesised value of FETCH BODYSTRUCTURE, or of FETCH BODY without extension data. RFC 9051 §7.5.2. Where that
 * would be too long, the parts are told by their types and sizes alone: so many parts there are, whatever the form.
 */
export function bodyText(bytes: Uint8Array, structure: MessageStructure, { extended, most }: BodyForm): string {
  const root = structure.parts[0] as Part
  const full = new BodyWriter(bytes, structure, extended, most)
  const text = full.part(root)
  return full.isOver ? new BodyWriter(bytes, structure, extended, 0).part(root) : text
}

/** A multipart has one part at least by the grammar of the answer, whatever the message has. */
const emptyPart = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0'
const emptyEnvelope = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'
const usAscii: Parameter = { name: 'charset', value: 'us-ascii' }
/** RFC 6838 §4.2; and no encoding has a longer name. */
const longestName = 127

/** As deep as the parser's limit lets parts be nested. */
class BodyWriter {
  readonly #bytes: Uint8Array
  readonly #structure: MessageStructure
  readonly #extended: boolean
  readonly #isShort: boolean
  /** How much may still be said, where it is limited. */
  #left: number

  /** 0 at most: types and sizes alone. */
  constructor(bytes: Uint8Array, structure: MessageStructure, extended: boolean, most: number) {
    this.#bytes = bytes
    this.#structure = structure
    this.#extended = extended
    this.#isShort = most === 0
    this.#left = most
  }

  get isOver(): boolean {
    return !this.#isShort && this.#left < 0
  }

  part(part: Part): string {
    if (this.isOver) return ''
    if (part.kind !== 'multipart') return this.#counted(this.#single(part))
    let text = '('
    for (const child of part.children) text += this.part(this.#structure.parts[child] as Part)
    if (part.children.length === 0) text += this.#extended ? `${emptyPart} NIL NIL NIL NIL)` : `${emptyPart})`
    let own = ` ${imapString(this.#name(part.subtype, 'mixed'))}`
    if (this.#extended)
      own += this.#isShort ? ' NIL NIL NIL NIL' : ` ${listed(part.parameters)}${this.#extension(part)}`
    return `${text}${this.#counted(own)})`
  }

  #counted(text: string): string {
    this.#left -= text.length
    return text
  }

  #name(name: string, other: string): string {
    return this.#isShort && name.length > longestName ? other : name
  }

  #single(part: Part): string {
    let text = `(${this.#type(part)} ${this.#basics(part)} ${part.end - part.body}`
    // Only these have it, RFC 3501 §9 media-message; a message/global is one part, whatever is in it.
    if (part.kind === 'message' && part.subtype === 'rfc822') text += this.#enclosed(part)
    else if (part.type === 'text') text += ` ${part.lines}`
    if (!this.#extended) return `${text})`
    return this.#isShort
      ? `${text} NIL NIL NIL NIL)`
      : `${text} ${this.#nstring(part, 'content-md5')}${this.#extension(part)})`
  }

  #type({ opaque, type, subtype }: Part): string {
    const isLong = this.#isShort && Math.max(type.length, subtype.length) > longestName
    return opaque || isLong ? '"application" "octet-stream"' : `${imapString(type)} ${imapString(subtype)}`
  }

  /** Parameters, id, description, encoding. */
  #basics(part: Part): string {
    const encoding = imapString(this.#name(part.encoding, '8bit'))
    if (this.#isShort) return `NIL NIL NIL ${encoding}`
    const joined = joinSegments(part.parameters)
    const isPlain = part.type === 'text' && !joined.some(({ name }) => name === 'charset' || name === 'charset*')
    const parameters = listed(isPlain ? [...joined, usAscii] : joined)
    return `${parameters} ${this.#nstring(part, 'content-id')} ${this.#nstring(part, 'content-description')} ${encoding}`
  }

  #enclosed(part: Part): string {
    const inner = this.#structure.parts[part.children[0] as number] as Part
    const envelope = this.#isShort ? emptyEnvelope : imapEnvelope(this.#bytes, inner.header, this.#structure.limits)
    // What stands in the message is counted there.
    this.#left -= envelope.length
    const body = this.part(inner)
    this.#left += body.length + envelope.length
    return ` ${envelope} ${body} ${part.lines}`
  }

  #nstring({ header }: Part, name: string): string {
    return imapNstring(fieldValue(this.#bytes, header, name, this.#structure.limits))
  }

  /** Disposition, language and location. */
  #extension({ header }: Part): string {
    const { limits } = this.#structure
    const field = fieldValue(this.#bytes, header, 'content-disposition', limits)
    const disposition = field === undefined ? undefined : parseDisposition(field, limits)
    const first = disposition ? `(${imapString(disposition.kind)} ${listed(disposition.parameters)})` : 'NIL'
    const languages = fieldValue(this.#bytes, header, 'content-language', limits)?.split(',', limits.parameters)
    const second = languages ? `(${languages.map(tag => imapString(tag.trim())).join(' ')})` : 'NIL'
    return ` ${first} ${second} ${imapNstring(fieldValue(this.#bytes, header, 'content-location', limits))}`
  }
}

const listed = (parameters: readonly Parameter[]): string =>
  parameters.length === 0
    ? 'NIL'
    : `(${joinSegments(parameters)
        .map(({ name, value }) => `${imapString(name)} ${imapString(value)}`)
        .join(' ')})`
