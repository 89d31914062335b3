import { asciiLower, concat, latin1 } from '#base/bytes'
import { decodeBase64 } from './base64.ts'
import { decodeCharset } from './charset.ts'
import { decodeQuotedPrintable } from './quoted-printable.ts'

interface EncodedWord {
  readonly charset: string
  readonly octets: Uint8Array
  readonly end: number
}

/**
 * A field's text (one character a byte) as Unicode: encoded words decoded, RFC 2047, and raw bytes taken for UTF-8 if
 * they are, RFC 6532. White space between two encoded words is none; words of one charset are decoded together, because
 * the wild cuts characters in two. Never throws.
 */
export function decodeWords(text: string): string {
  let at = text.indexOf('=?')
  if (at < 0) return plainText(text)
  const pieces: string[] = []
  let plainFrom = 0
  let charset = ''
  let octets: Uint8Array[] = []
  const flush = () => {
    if (octets.length > 0) pieces.push(decodeCharset(concat(octets), charset))
    octets = []
  }
  while (at >= 0) {
    const word = encodedWord(text, at)
    if (word === undefined) {
      at = text.indexOf('=?', at + 2)
      continue
    }
    const between = text.slice(plainFrom, at)
    const adjacent = octets.length > 0 && /^[ \t\r\n]*$/.test(between)
    if (!adjacent || word.charset !== charset) flush()
    if (!adjacent) pieces.push(plainText(between))
    charset = word.charset
    octets.push(word.octets)
    plainFrom = word.end
    at = text.indexOf('=?', plainFrom)
  }
  flush()
  pieces.push(plainText(text.slice(plainFrom)))
  return pieces.join('')
}

function plainText(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return decodeCharset(latin1(text))
  return text
}

/** `=?charset*language?B?text?=`. The text holds no question mark, so no byte is looked at for two words. */
function encodedWord(text: string, from: number): EncodedWord | undefined {
  const charsetTo = text.indexOf('?', from + 2)
  if (charsetTo < 0 || charsetTo - from > 80 || text.charAt(charsetTo + 2) !== '?') return undefined
  const encoding = asciiLower(text.charAt(charsetTo + 1))
  if (encoding !== 'b' && encoding !== 'q') return undefined
  const textTo = text.indexOf('?', charsetTo + 3)
  if (textTo < 0 || text.charAt(textTo + 1) !== '=') return undefined
  const [charset = ''] = text.slice(from + 2, charsetTo).split('*', 1)
  const encoded = text.slice(charsetTo + 3, textTo)
  const octets = encoding === 'b' ? decodeBase64(latin1(encoded)) : decodeQ(encoded)
  return { charset: asciiLower(charset), octets, end: textTo + 2 }
}

/** RFC 2047 §4.2. A word has no line to end, so blanks at its end stay. */
const decodeQ = (encoded: string): Uint8Array =>
  decodeQuotedPrintable(latin1(encoded.replaceAll('_', '=20').replace(/[\r\n]+/g, '')))
