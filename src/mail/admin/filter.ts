import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { AdminFailure } from './failure.ts'

export type Row = Readonly<Record<string, string | readonly string[] | undefined>>

/** One condition of RFC 4515, `name=value` with `*` for anything; case is ignored. Brackets may stand around it. */
export function parseFilter(
  text: string | undefined,
  aliases: Readonly<Record<string, string>>,
  properties: readonly string[],
): Result<(row: Row) => boolean, AdminFailure> {
  if (text === undefined || text === '') return ok(() => true)
  const bare = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text
  const equals = bare.indexOf('=')
  if (equals < 1 || /[()&|!<>~]/.test(bare) || bare.length > 300) {
    return fail({
      kind: 'usage',
      words: 'a filter is one condition such as username=anna or mailPrimaryAddress=*@example.org',
    })
  }
  const name = bare.slice(0, equals)
  const property = properties.find(each => asciiLower(each) === asciiLower(aliases[asciiLower(name)] ?? name))
  if (property === undefined) {
    return fail({ kind: 'usage', words: `there is no property '${name}' to filter by: ${properties.join(', ')}` })
  }
  const parts = asciiLower(bare.slice(equals + 1)).split('*')
  return ok(row => {
    const value = row[property]
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
    return values.some(each => matches(asciiLower(each), parts))
  })
}

/** The parts between the stars, one behind the other. */
function matches(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  const last = rest.at(-1) ?? ''
  return text.length - last.length >= at && text.endsWith(last)
}
