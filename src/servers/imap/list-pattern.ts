/**
 * Does a name match one of the patterns behind the reference? `*` stands for anything, `%` for anything without the
 * delimiter: RFC 3501 §6.3.8. Cost is bounded by pattern length times name length, whatever the wildcards.
 */
export function makeMatcher(reference: string, patterns: readonly string[]): (name: string) => boolean {
  const ready = patterns.map(pattern => collapse(reference + pattern))
  return name => ready.some(pattern => matches(pattern, name))
}

/** A run of wildcards is one wildcard: `*` if one of them is. */
const collapse = (pattern: string): string => pattern.replace(/[%*]+/g, run => (run.includes('*') ? '*' : '%'))

function matches(pattern: string, name: string): boolean {
  let p = 0
  let n = 0
  // Where to go on when the last `%` or the last `*` takes one character more.
  let percent = -1
  let percentAt = 0
  let asterisk = -1
  let asteriskAt = 0
  for (;;) {
    const wanted = pattern[p]
    if (wanted === '*') {
      asterisk = ++p
      asteriskAt = n
      percent = -1
    } else if (wanted === '%') {
      percent = ++p
      percentAt = n
    } else if (n === name.length && p === pattern.length) return true
    else if (n < name.length && wanted === name[n]) {
      p++
      n++
    } else if (percent >= 0 && percentAt < name.length && name[percentAt] !== '/') {
      n = ++percentAt
      p = percent
    } else if (asterisk >= 0 && asteriskAt < name.length) {
      n = ++asteriskAt
      p = asterisk
      percent = -1
    } else return false
  }
}
