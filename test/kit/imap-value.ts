/** A value of an IMAP response as a client reads it: NIL, an atom or number, a string, a parenthesised list. */
export type ImapValue = null | string | { readonly text: string } | readonly ImapValue[]

/**
 * Reads one value and nothing behind it; one character a byte. Strict on purpose, and written without a look at the
 * encoder: what RFC 3501 §9 does not allow is an error. Lists stand beside each other with or without a space.
 */
export function readImapValue(bytes: Uint8Array): ImapValue {
  const wire = Buffer.from(bytes).toString('latin1')
  let at = 0
  const refuse = (why: string): never => {
    throw new Error(`${why} at ${at}: ${JSON.stringify(wire.slice(Math.max(0, at - 20), at + 20))}`)
  }
  const value = (): ImapValue => {
    const mark = wire[at]
    if (mark === '(') return list()
    if (mark === '"') return quoted()
    if (mark === '{') return literal()
    const [atom] = /^[A-Za-z0-9]+/.exec(wire.slice(at, at + 30)) ?? refuse('no value')
    at += (atom as string).length
    return (atom as string).toUpperCase() === 'NIL' ? null : (atom as string)
  }
  const list = (): ImapValue => {
    const items: ImapValue[] = []
    at++
    for (;;) {
      if (wire[at] === ')') break
      if (items.length > 0 && wire[at] === ' ') at++
      else if (items.length > 0 && wire[at] !== '(') refuse('no space')
      items.push(value())
    }
    at++
    return items
  }
  const quoted = (): ImapValue => {
    let text = ''
    for (at++; wire[at] !== '"'; at++) {
      if (wire[at] === '\\') {
        at++
        if (wire[at] !== '"' && wire[at] !== '\\') refuse('escapes nothing')
      }
      const code = wire.charCodeAt(at)
      if (!(code > 0 && code < 128) || code === 10 || code === 13) refuse('not a character for a quoted string')
      text += wire[at]
    }
    at++
    return { text }
  }
  const literal = (): ImapValue => {
    const [head, size] = /^\{(\d+)\}\r\n/.exec(wire.slice(at, at + 16)) ?? refuse('no literal')
    at += (head as string).length
    const text = wire.slice(at, at + Number(size))
    if (text.length !== Number(size) || text.includes('\0')) refuse('not a literal')
    at += text.length
    return { text }
  }
  const found = value()
  if (at !== wire.length) refuse('more than a value')
  return found
}
