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
 * `%*%*` costs what `*` costs. A pattern that is `INBOX`, in any case, is that name (§5.1); one that
 * only begins so is compared letter by letter.
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
 * Does the whole name match? Nothing is tried twice: what is reached is a list of spans that only moves forward, one
 * span at most for each level of the name. So a token costs one walk along the name, and a pattern as many as it has
 * tokens: whoever takes patterns from strangers limits those.
 */
export function matchesList(pattern: ListPattern, name: string): boolean {
  let reached: readonly number[] = [0, 0]
  for (let i = 0; i < pattern.length; i++) {
    const token = pattern[i] as Token
    const next = pattern[i + 1]
    if (typeof token !== 'string') reached = behindWildcard(name, reached, token)
    else if (next === undefined) return name.endsWith(token) && holds(reached, name.length - token.length)
    else reached = behindRun(name, reached, token, next as Wildcard)
    if (reached.length === 0) return false
  }
  return reached.at(-1) === name.length
}

/** Pairs `[from, to]` of places, rising. */
const holds = (spans: readonly number[], place: number): boolean =>
  spans.some((from, i) => i % 2 === 0 && from <= place && place <= (spans[i + 1] as number))

/** Where the run can end. Of ends in one level only the first counts: the wildcard behind it reaches the others. */
function behindRun(name: string, spans: readonly number[], run: string, next: Wildcard): readonly number[] {
  const ends: number[] = []
  let least = 0
  // Where the run stands first, from the last place on that was asked for.
  let found = -1
  for (let i = 0; i < spans.length; i += 2) {
    const to = spans[i + 1] as number
    for (let at = Math.max(spans[i] as number, least); at <= to; at = least) {
      if (found < at) found = name.indexOf(run, at)
      if (found < 0) return ends
      if (found > to) break
      const end = found + run.length
      ends.push(end, end)
      if (next.crosses) return ends
      const level = name.indexOf(delimiter, end)
      if (level < 0) return ends
      least = Math.max(found + 1, level + 1 - run.length)
    }
  }
  return ends
}

/** From single places, no two in one level: everything behind them, or everything in their level. */
function behindWildcard(name: string, places: readonly number[], { crosses }: Wildcard): readonly number[] {
  if (crosses) return [places[0] as number, name.length]
  const spans: number[] = []
  for (let i = 0; i < places.length; i += 2) {
    const from = places[i] as number
    const level = name.indexOf(delimiter, from)
    spans.push(from, level < 0 ? name.length : level)
  }
  return spans
}
