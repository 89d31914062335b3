import type { MessageLimits } from './limits.ts'

/**
 * The message-ids of a Message-ID, In-Reply-To or References field, with their angle brackets, in their order.
 * RFC 5322 §3.6.4. Of too many the first one (the root) and the last ones (the nearest) are kept.
 */
export function parseMessageIds(text: string, limits: MessageLimits): readonly string[] {
  const ids: string[] = []
  let close = text.lastIndexOf('>')
  let first: string | undefined
  while (close >= 0 && ids.length < limits.references) {
    const open = text.lastIndexOf('<', close)
    if (open < 0) break
    const id = bare(text, open, close)
    if (id !== undefined) ids.push(id)
    close = text.lastIndexOf('>', open)
    if (open === 0) break
  }
  ids.reverse()
  if (ids.length < limits.references || close < 0) return ids
  for (let open = text.indexOf('<'); open >= 0 && first === undefined; ) {
    const end = text.indexOf('>', open)
    if (end < 0) break
    first = bare(text, open, end)
    open = text.indexOf('<', end)
  }
  return first === undefined ? ids : [first, ...ids.slice(1)]
}

/** The id without the blanks that folding left in it; `undefined` for an empty one. */
function bare(text: string, open: number, close: number): string | undefined {
  const id = text.slice(Math.max(open, text.lastIndexOf('<', close)), text.indexOf('>', open) + 1)
  const whole = /[ \t]/.test(id) ? id.replace(/[ \t]+/g, '') : id
  return whole.length > 2 && whole.length <= 998 ? whole : undefined
}
