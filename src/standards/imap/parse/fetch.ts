import { asciiUpper } from '#base/bytes'
import type { FetchCommand } from '../command.ts'
import type { FetchItem, SectionItem } from '../fetch-item.ts'
import type { Reader } from './reader.ts'
import { parsePartial, parseSection, sectionLabel } from './section.ts'
import { parseSequenceSet } from './sequence.ts'

const mostItems = 256

/** RFC 3501 §6.4.5. */
const macros: ReadonlyMap<string, readonly FetchItem[]> = new Map<string, readonly FetchItem[]>([
  ['FAST', [{ item: 'FLAGS' }, { item: 'INTERNALDATE' }, { item: 'RFC822.SIZE' }]],
  ['ALL', [{ item: 'FLAGS' }, { item: 'INTERNALDATE' }, { item: 'RFC822.SIZE' }, { item: 'ENVELOPE' }]],
  [
    'FULL',
    [{ item: 'FLAGS' }, { item: 'INTERNALDATE' }, { item: 'RFC822.SIZE' }, { item: 'ENVELOPE' }, { item: 'BODY' }],
  ],
])

const whole = { item: 'section', section: { part: [] }, label: 'RFC822', peek: false } as const
const items: ReadonlyMap<string, FetchItem> = new Map<string, FetchItem>([
  ['UID', { item: 'UID' }],
  ['FLAGS', { item: 'FLAGS' }],
  ['INTERNALDATE', { item: 'INTERNALDATE' }],
  ['RFC822.SIZE', { item: 'RFC822.SIZE' }],
  ['ENVELOPE', { item: 'ENVELOPE' }],
  ['BODYSTRUCTURE', { item: 'BODYSTRUCTURE' }],
  ['RFC822', whole],
  ['RFC822.HEADER', { ...whole, section: { part: [], text: 'HEADER' }, label: 'RFC822.HEADER', peek: true }],
  ['RFC822.TEXT', { ...whole, section: { part: [], text: 'TEXT' }, label: 'RFC822.TEXT' }],
])

/** A name ends before `[`, which an atom could hold. */
const nameBytes: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, b) => +((b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a) || (b >= 0x30 && b <= 0x39) || b === 0x2e),
)

/** Behind `FETCH`. */
export function parseFetch(reader: Reader, tag: string, uid: boolean): FetchCommand {
  reader.space()
  const set = parseSequenceSet(reader)
  reader.space()
  const asked = parseItems(reader)
  // RFC 3501 §6.4.8: the answers of UID FETCH tell the UID, asked for or not.
  const found = uid && !asked.some(({ item }) => item === 'UID') ? [{ item: 'UID' } as const, ...asked] : asked
  return { tag, name: 'FETCH', uid, set, items: found }
}

function parseItems(reader: Reader): readonly FetchItem[] {
  if (reader.sees('(')) {
    const list = reader.list(() => parseItem(reader, reader.run(nameBytes)), false)
    if (list.length > mostItems) reader.refuse('Too many items')
    const byLabel = new Map<string, FetchItem>()
    for (const each of list) keepOne(byLabel, each)
    return [...byLabel.values()]
  }
  const name = reader.run(nameBytes)
  return macros.get(asciiUpper(name)) ?? [parseItem(reader, name)]
}

/** Named twice, answered once, and the one that sets \Seen stays. Pieces of different lengths are different items. */
function keepOne(byLabel: Map<string, FetchItem>, item: FetchItem): void {
  if (item.item !== 'section') {
    byLabel.set(item.item, item)
    return
  }
  const { label, partial } = item
  const key = partial ? `${label}.${partial.count}` : `${label} `
  const other = byLabel.get(key) as SectionItem | undefined
  if (!other?.peek && other) return
  byLabel.set(key, item)
}

function parseItem(reader: Reader, name: string): FetchItem {
  const upper = asciiUpper(name)
  if (upper === 'BODY' || upper === 'BODY.PEEK') {
    if (reader.take('[')) return parseSectionItem(reader, upper === 'BODY.PEEK')
    if (upper === 'BODY') return { item: 'BODY' }
  }
  return items.get(upper) ?? reader.refuse('Unknown FETCH item')
}

function parseSectionItem(reader: Reader, peek: boolean): SectionItem {
  const section = parseSection(reader)
  const partial = parsePartial(reader)
  const item = { item: 'section', section, peek, label: sectionLabel(section, partial) } as const
  return partial ? { ...item, partial } : item
}
