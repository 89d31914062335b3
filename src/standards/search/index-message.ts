import { utf8Text } from '#base/bytes'
import { foldedSlices, foldText } from '#standards/imap'
import {
  decodedFieldText,
  decodedText,
  decodedTextPieces,
  type Header,
  type MessageLimits,
  type Part,
  parseStructure,
} from '#standards/message'
import { wordsOf } from './words.ts'

/** Where a word stands: in the subject, in the names and addresses, in another line of the header, in the body. */
export type Zone = 'subject' | 'people' | 'header' | 'body'

export interface IndexLimits {
  /** Characters of folded text. */
  readonly text: number
  /** Different words of one zone. */
  readonly words: number
}

export const usualIndexLimits: IndexLimits = { text: 1_048_576, words: 50_000 }

export interface IndexedWords {
  readonly zones: Readonly<Record<Zone, ReadonlySet<string>>>
  /** False: there is more in the message than its words here tell, so it must be read whatever is sought. */
  readonly whole: boolean
}

const people: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'bcc', 'reply-to', 'sender'])
/** Shorter texts are folded in one piece, as a search reads them. */
const step = 16_384

/**
 * The words of all that SEARCH looks at: every line of the header; of the body the text parts with the marks of HTML,
 * and the headers of enclosed messages.
 */
export function indexMessage(bytes: Uint8Array, message: MessageLimits, limits: IndexLimits): IndexedWords {
  const zones = {
    subject: new Set<string>(),
    people: new Set<string>(),
    header: new Set<string>(),
    body: new Set<string>(),
  }
  let left = limits.text
  let whole = true
  const take = (zone: Zone, folded: string): void => {
    if (folded.length > left) whole = false
    else if (!wordsOf(folded, zones[zone], limits.words)) whole = false
    left -= folded.length
  }
  const takeHeader = (header: Header, inBody: boolean): void => {
    for (const field of header.fields) {
      if (!whole) return
      const value = decodedFieldText(bytes, field, message)
      const name = utf8Text(bytes, field.begin, field.value)
      if (inBody) {
        take('body', foldText(`${name} ${value}`))
        continue
      }
      const folded = foldText(value)
      // What a search sees is the line; only marks without a letter are folded otherwise there.
      if (foldText(`${name} ${value}`) !== `${foldText(`${name} `)}${folded}`) whole = false
      take('header', foldText(name))
      take(field.name === 'subject' ? 'subject' : people.has(field.name) ? 'people' : 'header', folded)
    }
  }
  const structure = parseStructure(bytes, message)
  const { parts } = structure
  takeHeader((parts[0] as Part).header, false)
  for (const [index, part] of parts.entries()) {
    if (!whole) break
    if (parts[part.parent]?.kind === 'message') takeHeader(part.header, true)
    if (part.end - part.body <= step) take('body', foldText(decodedText(bytes, structure, index) ?? ''))
    else take('body', foldedUpTo(decodedTextPieces(bytes, part), left))
  }
  return { zones, whole }
}

/** No more than what shows that it is too much. */
function foldedUpTo(pieces: Iterable<string>, most: number): string {
  const slices: string[] = []
  let length = 0
  for (const slice of foldedSlices(pieces)) {
    slices.push(slice)
    length += slice.length
    if (length > most) break
  }
  return slices.join('')
}
