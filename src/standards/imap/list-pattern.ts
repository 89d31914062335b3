/** Between the levels of a mailbox name. */
export const delimiter = '/'

/** A pattern of LIST, ready to match many names. RFC 3501 §6.3.8. */
export type ListPattern = readonly Token[]

/** A literal run, or a wildcard: `%` stops at the delimiter, `*` does not. */
type Token = string | Wildcard
interface Wildcard {
  readonly crosses: boolean
}

/**
 * Reads the pattern behind its reference (RFC 3501 §6.3.8: a prefix). Wildcards that touch are one, so that
 * `%*%*` costs what `*` costs. `INBOX` in the pattern matches without case, as the name itself does (§5.1).
 */
export function parseListPattern(reference: string, pattern: string): ListPattern {
  const text = reference + pattern
  const tokens: Token[] = []
  let from = 0
  for (let at = 0; at <= text.length; at++) {
    const character = text[at]
    if (character !== '%' && character !== '*' && character !== undefined) continue
    if (at > from) tokens.push(text.slice(from, at))
    from = at + 1
    if (character === undefined) continue
    const before = tokens.at(-1)
    if (before === undefined || typeof before === 'string') tokens.push({ crosses: character === '*' })
    else if (character === '*' && !before.crosses) tokens[tokens.length - 1] = { crosses: true }
  }
  return tokens
}

/**
 * Does the whole name match? In time proportional to name times pattern at worst, whatever the wildcards: a place in
 * the name is a set of states, never a path that is tried again.
 */
export function matchesList(pattern: ListPattern, name: string): boolean {
  let reached: number[] = [0]
  for (const token of pattern) {
    reached = typeof token === 'string' ? behindRun(name, reached, token) : behindWildcard(name, reached, token)
    if (reached.length === 0) return false
  }
  return reached.at(-1) === name.length
}

/** Where the name stands after the run, from each of the places; places rise. */
function behindRun(name: string, places: readonly number[], run: string): number[] {
  const behind: number[] = []
  for (const place of places) if (name.startsWith(run, place)) behind.push(place + run.length)
  return behind
}

function behindWildcard(name: string, places: readonly number[], { crosses }: Wildcard): number[] {
  const behind: number[] = []
  let next = 0
  for (const place of places) {
    for (let at = Math.max(place, next); at <= name.length; at++) {
      behind.push(at)
      next = at + 1
      if (!crosses && name[at] === delimiter) break
    }
    if (next > name.length) break
  }
  return behind
}
