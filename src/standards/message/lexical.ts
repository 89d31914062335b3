/** Where folding white space and comments end. Nesting is counted, not followed. RFC 5322 §3.2.2. */
export function skipCfws(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 40) at = commentEnd(text, at) - 1
    else if (!isWhite(code)) break
  }
  return at
}

export const isWhite = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10

/** Behind the comment that opens at `from`, or the end of the text. */
export function commentEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 40) depth++
    else if (code === 41 && --depth === 0) return at + 1
  }
  return text.length
}

/** Behind the quoted string that opens at `from`, or the end of the text. RFC 5322 §3.2.4. */
export function quotedEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at++
    else if (code === 34) return at + 1
  }
  return text.length
}

/** What a quoted string or comment says: without its marks at both ends, its backslashes and its line ends. */
export function unquoted(text: string, from: number, to: number): string {
  const open = text.charCodeAt(from)
  const closed = to - from > 1 && text.charCodeAt(to - 1) === (open === 40 ? 41 : open)
  const inner = text.slice(from + 1, closed ? to - 1 : to)
  if (!inner.includes('\\')) return inner
  return inner.replace(/\\([\s\S]?)/g, '$1')
}
