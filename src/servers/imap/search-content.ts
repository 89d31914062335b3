import { utf8Text } from '#base/bytes'
import { type MessageWire, storedHeaders } from '#mail/store'
import { foldText, type SearchContent } from '#standards/imap'
import {
  decodedFieldText,
  decodedHeaderValue,
  decodedText,
  type MessageStructure,
  type Part,
  parseDate,
  parseStructure,
  usualMessageLimits,
} from '#standards/message'
import { fieldBodies } from './header-fields.ts'

const limits = usualMessageLimits
const kept: ReadonlySet<string> = new Set(storedHeaders)

/** What the header lines beside the index tell a search. */
export class StoredContent implements SearchContent {
  readonly #headers: Uint8Array | undefined

  constructor(wire: MessageWire) {
    this.#headers = wire.headers
  }

  field(name: string): readonly string[] | undefined {
    if (!this.#headers || !kept.has(name)) return undefined
    return fieldBodies(this.#headers, name).map(body => foldText(decodedHeaderValue(body, limits)))
  }

  get sent(): number | 'none' | undefined {
    if (!this.#headers) return undefined
    const [date] = fieldBodies(this.#headers, 'date')
    return date ? dayOf(decodedHeaderValue(date, limits)) : 'none'
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
    const fields = this.#root.header.fields.filter(field => field.name === name)
    return fields.map(field => foldText(decodedFieldText(this.#bytes, field, limits)))
  }

  get sent(): number | 'none' {
    const date = this.#root.header.fields.find(field => field.name === 'date')
    return date ? dayOf(decodedFieldText(this.#bytes, date, limits)) : 'none'
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

/** The day as the writer's calendar had it. RFC 3501 §6.4.4: time and zone are disregarded. */
function dayOf(text: string): number | 'none' {
  const date = parseDate(text)
  return date ? Math.floor(Date.UTC(date.year, date.month - 1, date.day) / 86_400_000) : 'none'
}
