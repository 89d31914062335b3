import { asciiLower } from '#base/bytes'
import type { Flag } from '../flags.ts'
import type { Reader } from './reader.ts'

const systemFlags: ReadonlyMap<string, Flag> = new Map(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'].map(flag => [asciiLower(flag), flag]),
)

/** A keyword: what it may be longer is nobody's keyword but a flood. */
const longestKeyword = 255

/** A flag that a client may set. RFC 3501 §9 flag: not \Recent, and no system flags but those there are. */
export function parseFlag(reader: Reader): Flag {
  if (!reader.take('\\')) return parseKeyword(reader)
  return systemFlags.get(`\\${asciiLower(reader.atom())}`) ?? reader.refuse('No flag that a client can set')
}

export function parseKeyword(reader: Reader): Flag {
  const keyword = reader.atom()
  return keyword.length > longestKeyword ? reader.refuse('Keyword too long') : keyword
}

/** `(\Seen Work)`: each once. */
export const parseFlagList = (reader: Reader): readonly Flag[] => eachOnce(reader.list(() => parseFlag(reader), true))

/** STORE takes them without parentheses too. RFC 3501 §9 store-att-flags. */
export function parseFlags(reader: Reader): readonly Flag[] {
  if (reader.sees('(')) return parseFlagList(reader)
  const flags = [parseFlag(reader)]
  while (reader.take(' ')) flags.push(parseFlag(reader))
  return eachOnce(flags)
}

function eachOnce(flags: readonly Flag[]): readonly Flag[] {
  if (flags.length < 2) return flags
  const seen = new Map<string, Flag>()
  for (const flag of flags) if (!seen.has(asciiLower(flag))) seen.set(asciiLower(flag), flag)
  return [...seen.values()]
}
