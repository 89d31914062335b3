export const imapNstring = (text: string | undefined): string => (text === undefined ? 'NIL' : imapString(text))

/** Longer ones go as literals: some clients read quoted strings into small buffers. */
const longestQuoted = 1024

/**
 * A string of RFC 9051 §4.3, one character a byte: quoted where it can be, else a literal, whose length speaks for
 * itself, so that nothing in it can end it. NUL is in neither, and is left out.
 */
export function imapString(text: string): string {
  let escapes = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 34 || code === 92) escapes = true
    else if ((code < 32 && code !== 9) || code > 126) return literal(text)
  }
  if (text.length > longestQuoted) return literal(text)
  return escapes ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}

function literal(text: string): string {
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text
  return `{${whole.length}}\r\n${whole}`
}
