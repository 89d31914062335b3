import { utf8Text } from '#base/bytes'
import { type MessageWire, storedHeaders } from '#mail/store'
import { foldText, type SearchContent } from '#standards/imap'
import {
  decodedFieldText,
  decodedText,
  fieldValue,
  type Header,
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
  #header: Header | undefined

  constructor(wire: MessageWire) {
    this.#lines = wire.headers
  }

  field(name: string): readonly string[] | undefined {
    const lines = this.#lines
    return lines && kept.has(name) ? fieldTexts(lines, this.#parsed(lines), name).map(foldText) : undefined
  }

  get sent(): number | 'none' | undefined {
    const lines = this.#lines
    return lines && sentDay(lines, this.#parsed(lines))
  }

  #parsed(lines: Uint8Array): Header {
    this.#header ??= parseHeader(lines, 0, limits)
    return this.#header
  }
}

/** What a whole message tells it: every header field, and what its text parts say, taken out of their encodings. */
export class WholeContent implements SearchContent {
  readonly #bytes: Uint8Array
  readonly #structure: MessageStructure
  #bodyTexts: readonly string[] | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#structure = parseStructure(bytes, limits)
  }

  get #root(): Part {
    return this.#structure.parts[0] as Part
  }

  field(name: string): readonly string[] {
    return fieldTexts(this.#bytes, this.#root.header, name).map(foldText)
  }

  get sent(): number | 'none' {
    return sentDay(this.#bytes, this.#root.header)
  }

  get headerTexts(): readonly string[] {
    return this.#headerOf(this.#root)
  }

  /** Text parts, and the headers of enclosed messages. */
  get bodyTexts(): readonly string[] {
    this.#bodyTexts ??= this.#structure.parts.flatMap((part, i) => {
      const text = decodedText(this.#bytes, this.#structure, i)
      const isEnclosed = this.#structure.parts[part.parent]?.kind === 'message'
      return [...(isEnclosed ? this.#headerOf(part) : []), ...(text === undefined ? [] : [foldText(text)])]
    })
    return this.#bodyTexts
  }

  #headerOf(part: Part): readonly string[] {
    return part.header.fields.map(field => {
      const name = utf8Text(this.#bytes, field.begin, field.value)
      return foldText(`${name} ${decodedFieldText(this.#bytes, field, limits)}`)
    })
  }
}

const fieldTexts = (bytes: Uint8Array, { fields }: Header, name: string): readonly string[] =>
  fields.filter(field => field.name === name).map(field => decodedFieldText(bytes, field, limits))

/** The day as the writer's calendar had it. RFC 3501 §6.4.4: time and zone are disregarded. */
function sentDay(bytes: Uint8Array, header: Header): number | 'none' {
  const text = fieldValue(bytes, header, 'date', limits)
  const date = text === undefined ? undefined : parseDate(text)
  return date ? Math.floor(Date.UTC(date.year, date.month - 1, date.day) / 86_400_000) : 'none'
}
