import { asciiLower, asciiUpper } from '#base/bytes'
import type { SearchCommand } from '../command.ts'
import type { DayOrder, SearchKey } from '../search-key.ts'
import { parseDate } from './date.ts'
import { parseKeyword } from './flags.ts'
import { fromUtf8, type Reader } from './reader.ts'
import { Refusal } from './refusal.ts'
import { parseSequenceSet } from './sequence.ts'

/** How deep NOT, OR and parentheses may stand in each other, and how many keys one search may have. */
const deepest = 50
const mostKeys = 1_000

const flagKeys: ReadonlyMap<string, SearchKey> = new Map<string, SearchKey>(
  ['Answered', 'Deleted', 'Draft', 'Flagged', 'Seen'].flatMap(name => [
    [name.toUpperCase(), { key: 'flag', flag: `\\${name}`, set: true }] as const,
    [`UN${name.toUpperCase()}`, { key: 'flag', flag: `\\${name}`, set: false }] as const,
  ]),
)

const plainKeys: ReadonlyMap<string, SearchKey> = new Map<string, SearchKey>([
  ...flagKeys,
  ['ALL', { key: 'all' }],
  ['RECENT', { key: 'recent' }],
  ['OLD', { key: 'not', of: { key: 'recent' } }],
  ['NEW', { key: 'and', keys: [{ key: 'recent' }, { key: 'flag', flag: '\\Seen', set: false }] }],
])

const dateKeys: ReadonlyMap<string, readonly ['received' | 'sent', DayOrder]> = new Map([
  ['BEFORE', ['received', 'before']],
  ['ON', ['received', 'on']],
  ['SINCE', ['received', 'since']],
  ['SENTBEFORE', ['sent', 'before']],
  ['SENTON', ['sent', 'on']],
  ['SENTSINCE', ['sent', 'since']],
])

const fieldKeys: ReadonlySet<string> = new Set(['FROM', 'TO', 'CC', 'BCC', 'SUBJECT'])

const otherKeys: ReadonlySet<string> = new Set(
  'NOT OR UID KEYWORD UNKEYWORD LARGER SMALLER HEADER BODY TEXT'.split(' '),
)

/** Behind `SEARCH`. RFC 3501 §6.4.4. */
export function parseSearch(reader: Reader, tag: string, uid: boolean): SearchCommand {
  reader.space()
  if (asciiUpper(reader.text.slice(reader.at, reader.at + 8)) === 'CHARSET ') {
    reader.at += 8
    const charset = asciiUpper(reader.astring())
    if (charset !== 'UTF-8' && charset !== 'US-ASCII')
      throw new Refusal('Searches are written in UTF-8 or US-ASCII', 'NO', 'BADCHARSET')
    reader.space()
  }
  return { tag, name: 'SEARCH', uid, key: parseKeys(reader, { keys: 0 }, 0) }
}

interface Count {
  keys: number
}

/** One or more, all of which must match. */
function parseKeys(reader: Reader, count: Count, depth: number): SearchKey {
  const keys: SearchKey[] = []
  do keys.push(parseKey(reader, count, depth))
  while (reader.take(' '))
  return keys.length === 1 ? (keys[0] as SearchKey) : { key: 'and', keys }
}

function parseKey(reader: Reader, count: Count, depth: number): SearchKey {
  if (depth > deepest) reader.refuse('Search nested too deep')
  if (++count.keys > mostKeys) reader.refuse('Search has too many keys')
  if (reader.take('(')) {
    const inside = parseKeys(reader, count, depth + 1)
    reader.need(')')
    return inside
  }
  const next = reader.peek()
  if (next === 0x2a || (next >= 0x30 && next <= 0x39)) return { key: 'numbers', set: parseSequenceSet(reader) }
  const name = reader.word()
  const plain = plainKeys.get(name)
  if (plain) return plain
  if (!dateKeys.has(name) && !fieldKeys.has(name) && !otherKeys.has(name)) reader.refuse('Unknown search key')
  reader.space()
  const date = dateKeys.get(name)
  if (date) return { key: date[0], order: date[1], day: parseDate(reader) }
  if (fieldKeys.has(name)) return { key: 'header', field: asciiLower(name), text: parseText(reader) }
  return parseOther(reader, name, count, depth)
}

function parseOther(reader: Reader, name: string, count: Count, depth: number): SearchKey {
  switch (name) {
    case 'NOT':
      return { key: 'not', of: parseKey(reader, count, depth + 1) }
    case 'OR': {
      const first = parseKey(reader, count, depth + 1)
      reader.space()
      return { key: 'or', keys: [first, parseKey(reader, count, depth + 1)] }
    }
    case 'UID':
      return { key: 'uids', set: parseSequenceSet(reader) }
    case 'KEYWORD':
    case 'UNKEYWORD':
      return { key: 'flag', flag: parseKeyword(reader), set: name === 'KEYWORD' }
    case 'LARGER':
    case 'SMALLER':
      return { key: name === 'LARGER' ? 'larger' : 'smaller', than: reader.number(0, 4_294_967_295) }
    case 'HEADER': {
      const field = asciiLower(reader.astring())
      if (field === '') reader.refuse('A header field has a name')
      reader.space()
      return { key: 'header', field, text: parseText(reader) }
    }
    case 'BODY':
    case 'TEXT': {
      const text = parseText(reader)
      return text === '' ? { key: 'all' } : { key: name === 'BODY' ? 'body' : 'text', text }
    }
    default:
      return reader.refuse('Unknown search key')
  }
}

function parseText(reader: Reader): string {
  const text = fromUtf8(reader.astringBytes())
  return text.includes('\uFFFD') ? reader.refuse('The text to search for is not UTF-8') : text
}
