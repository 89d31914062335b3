import { asciiUpper } from '#base/bytes'
import type { BodySection } from '../body-section.ts'
import type { PartialRange } from '../fetch-item.ts'
import { atomBytes, type Reader } from './reader.ts'

/** Deeper parts than any reader of MIME opens do not exist. */
const deepestPart = 100
const mostFields = 256

const texts = ['HEADER', 'HEADER.FIELDS', 'HEADER.FIELDS.NOT', 'TEXT', 'MIME'] as const
type Text = (typeof texts)[number]

/** Behind `BODY[`, up to and with `]`. RFC 3501 §9 section. */
export function parseSection(reader: Reader): BodySection {
  const part: number[] = []
  while (reader.peek() >= 0x30 && reader.peek() <= 0x39) {
    part.push(reader.number(1, 4_294_967_295))
    if (part.length > deepestPart) reader.refuse('Parts nested too deep')
    if (!reader.take('.')) return closed(reader, { part })
  }
  const text = reader.run(letters)
  if (text === '') return part.length === 0 ? closed(reader, { part }) : reader.refuse('Section cut short')
  const name = texts.find(each => each === asciiUpper(text)) ?? reader.refuse('Unknown section')
  if (name === 'MIME' && part.length === 0) reader.refuse('MIME needs a part')
  if (name !== 'HEADER.FIELDS' && name !== 'HEADER.FIELDS.NOT') return closed(reader, { part, text: name })
  reader.space()
  const fields = reader.list(() => parseFieldName(reader), false)
  if (fields.length > mostFields) reader.refuse('Too many fields')
  return closed(reader, { part, text: name, fields })
}

function closed(reader: Reader, section: BodySection): BodySection {
  reader.need(']')
  return section
}

/** `HEADER.FIELDS` up to a space or bracket. */
const letters: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, b) => +((b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a) || b === 0x2e),
)

/** RFC 5322 §3.6.8: printable, no colon. In upper case, as names compare. */
function parseFieldName(reader: Reader): string {
  const name = reader.astringBytes()
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || code === 0x3a) reader.refuse('Not the name of a header field')
  }
  return name === '' ? reader.refuse('Not the name of a header field') : asciiUpper(name)
}

/** `<from.count>`, when it is there. RFC 3501 §6.4.5. */
export function parsePartial(reader: Reader): PartialRange | undefined {
  if (!reader.take('<')) return undefined
  const from = reader.number(0, 4_294_967_295)
  reader.need('.')
  const count = reader.number(1, 4_294_967_295)
  reader.need('>')
  return { from, count }
}

/** How the answer calls a section. RFC 3501 §7.4.2: the origin stands in it, the count does not. */
export function sectionLabel(section: BodySection, partial: PartialRange | undefined): string {
  const text: Text | undefined = section.text
  const path = text ? [...section.part, text].join('.') : section.part.join('.')
  const fields = section.fields ? ` (${section.fields.map(encodeFieldName).join(' ')})` : ''
  return `BODY[${path}${fields}]${partial ? `<${partial.from}>` : ''}`
}

function encodeFieldName(name: string): string {
  for (let i = 0; i < name.length; i++)
    if (atomBytes[name.charCodeAt(i)] !== 1) return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return name
}
