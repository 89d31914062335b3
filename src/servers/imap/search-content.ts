import { utf8Text } from '#base/bytes'
import { type MessageWire, storedHeaders } from '#mail/store'
import { foldedSlices, foldText, type SearchContent, type SoughtInMessage, SoughtTexts } from '#standards/imap'
import {
  decodedFieldText,
  decodedText,
  decodedTextPieces,
  fieldValue,
  type Header,
  type HeaderField,
  type MessageStructure,
  type Part,
  parseDate,
  parseHeader,
  parseStructure,
  usualMessageLimits,
} from '#standards/message'

const limits = usualMessageLimits
const kept: ReadonlySet<string> = new Set(storedHeaders)

/** What the header lines beside the index tell a search. */
export class StoredContent implements SearchContent {
  readonly #lines: Uint8Array | undefined
  readonly #folded = new Map<string, readonly string[]>()
  #header: Header | undefined

  constructor(wire: MessageWire) {
    this.#lines = wire.headers
  }

  inField(name: string, text: string): boolean | undefined {
    if (!this.#lines || !kept.has(name)) return undefined
    const texts = this.#folded.get(name) ?? this.#fold(name, this.#lines)
    return text === '' ? texts.length > 0 : texts.some(each => each.includes(text))
  }

  inHeader(): undefined {}
  inBody(): undefined {}

  get sent(): number | 'none' | undefined {
    const lines = this.#lines
    return lines && sentDay(lines, this.#parsed(lines))
  }

  #fold(name: string, lines: Uint8Array): readonly string[] {
    const fields = this.#parsed(lines).fields.filter(field => field.name === name)
    const texts = fields.map(field => foldText(decodedFieldText(lines, field, limits)))
    this.#folded.set(name, texts)
    return texts
  }

  #parsed(lines: Uint8Array): Header {
    this.#header ??= parseHeader(lines, 0, limits)
    return this.#header
  }
}

/** Short texts that are looked at in one step, in characters. */
const step = 16_384

/**
 * What a whole message tells it: every header field, and what its text parts say, taken out of their encodings. A
 * stranger wrote them, so they are read step by step, each of some milliseconds, and in one walk for all that is sought.
 */
export class WholeContent implements SearchContent {
  readonly #bytes: Uint8Array
  readonly #sought: SoughtInMessage
  readonly #fields = new Map<string, SoughtTexts>()
  readonly #inHeader: SoughtTexts
  readonly #inBody: SoughtTexts
  readonly #reading: Generator<boolean, void, void>
  #structure: MessageStructure | undefined
  #header: Header | undefined
  #headerIsRead = false
  #isRead = false
  #length = 0
  #found = false

  constructor(bytes: Uint8Array, sought: SoughtInMessage) {
    this.#bytes = bytes
    this.#sought = sought
    this.#inHeader = new SoughtTexts(sought.header)
    this.#inBody = new SoughtTexts(sought.body)
    for (const [name, texts] of sought.fields) this.#fields.set(name, new SoughtTexts(texts))
    this.#reading = this.#read()
  }

  /** Nothing more can be learnt. */
  get isRead(): boolean {
    return this.#isRead
  }

  /** The next step. False when it told nothing new. */
  readOn(): boolean {
    const { done, value } = this.#reading.next()
    if (done) this.#isRead = this.#headerIsRead = true
    return done || value
  }

  inField(name: string, text: string): boolean | undefined {
    return this.#fields.get(name)?.found(text) || (this.#headerIsRead ? false : undefined)
  }

  inHeader(text: string): boolean | undefined {
    return this.#inHeader.found(text) || (this.#headerIsRead ? false : undefined)
  }

  /** In text parts, and in the headers of enclosed messages. */
  inBody(text: string): boolean | undefined {
    return this.#inBody.found(text) || (this.#isRead ? false : undefined)
  }

  get sent(): number | 'none' {
    return sentDay(this.#bytes, this.#ownHeader())
  }

  #ownHeader(): Header {
    this.#header ??= this.#structure ? (this.#structure.parts[0] as Part).header : parseHeader(this.#bytes, 0, limits)
    return this.#header
  }

  *#read(): Generator<boolean, void, void> {
    const { header, fields, body } = this.#sought
    if (header.size > 0 || fields.size > 0) {
      yield* this.#readHeader(this.#ownHeader(), this.#inHeader, this.#fields)
      this.#headerIsRead = true
      yield true
    }
    if (body.size === 0) return
    const { parts } = this.#divided()
    yield false
    for (let i = 0; i < parts.length && !this.#inBody.isOver; i++) {
      const part = parts[i] as Part
      if (parts[part.parent]?.kind === 'message') yield* this.#readHeader(part.header, this.#inBody)
      if (part.end - part.body > step) yield* this.#lookFor(this.#inBody, decodedTextPieces(this.#bytes, part))
      else if (this.#isNews(this.#inBody, decodedText(this.#bytes, this.#divided(), i) ?? '')) yield this.#take()
    }
  }

  #divided(): MessageStructure {
    this.#structure ??= parseStructure(this.#bytes, limits)
    return this.#structure
  }

  *#readHeader(
    header: Header,
    inAll: SoughtTexts,
    inSome?: ReadonlyMap<string, SoughtTexts>,
  ): Generator<boolean, void, void> {
    for (const field of header.fields) {
      const inValue = inSome?.get(field.name)
      if (inAll.isOver && !inValue) continue
      const value = decodedFieldText(this.#bytes, field, limits)
      if (inValue) {
        if (value.length > step) yield* this.#lookFor(inValue, [value])
        else if (this.#isNews(inValue, value)) yield this.#take()
      }
      if (inAll.isOver) continue
      const line = `${this.#nameOf(field)} ${value}`
      if (line.length > step) yield* this.#lookFor(inAll, [line])
      else if (this.#isNews(inAll, line)) yield this.#take()
    }
  }

  /** Looks at a short text; true when it is time to pause. */
  #isNews(sought: SoughtTexts, text: string): boolean {
    const folded = foldText(text)
    this.#found = sought.look(folded) || this.#found
    this.#length += folded.length
    return this.#found || this.#length > step
  }

  /** Whether something was found since the last pause. */
  #take(): boolean {
    const found = this.#found
    this.#found = false
    this.#length = 0
    return found
  }

  #nameOf(field: HeaderField): string {
    return utf8Text(this.#bytes, field.begin, field.value)
  }

  *#lookFor(sought: SoughtTexts, pieces: Iterable<string>): Generator<boolean, void, void> {
    for (const slice of foldedSlices(pieces)) {
      this.#found = sought.lookOn(slice) || this.#found
      this.#length += slice.length
      if (this.#found || this.#length > step) yield this.#take()
      if (sought.isOver) break
    }
    sought.endText()
  }
}

/** The day as the writer's calendar had it. RFC 3501 §6.4.4: time and zone are disregarded. */
function sentDay(bytes: Uint8Array, header: Header): number | 'none' {
  const text = fieldValue(bytes, header, 'date', limits)
  const date = text === undefined ? undefined : parseDate(text)
  return date ? Math.floor(Date.UTC(date.year, date.month - 1, date.day) / 86_400_000) : 'none'
}
