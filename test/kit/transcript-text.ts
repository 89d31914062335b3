/** How a step's bytes are cut into segments. */
export type Cut = (bytes: string) => readonly string[]

/** A line of a transcript with its escapes undone, as in JavaScript. */
export const plainText = (text: string): string =>
  text.replace(/\\(x[0-9a-f]{2}|.)/g, (_, code: string) => {
    if (code.startsWith('x') && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return { r: '\r', n: '\n', '0': '\0' }[code] ?? code
  })
