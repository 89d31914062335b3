import { asciiLower, isAscii, latin1Text } from '#base/bytes'

const decoders = new Map<string, TextDecoder | undefined>()
/** Only so many labels are remembered: strangers name them. */
const remembered = 256

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

/**
 * Bytes of that charset as Unicode; never throws. Broken bytes become U+FFFD. With no charset, or one that nobody
 * knows, UTF-8 is believed if it is without fault, else every byte is a character. UTF-7 is a charset nobody knows.
 */
export function decodeCharset(bytes: Uint8Array, charset?: string): string {
  if (bytes.length === 0) return ''
  const decoder = charset === undefined ? undefined : decoderOf(charset)
  if (decoder !== undefined) return decoder.decode(bytes)
  if (isAscii(bytes)) return latin1Text(bytes)
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}

const unknown: ReadonlySet<string> = new Set(['', 'us-ascii', 'ascii', 'unknown-8bit', 'x-unknown', '8bit'])

function decoderOf(charset: string): TextDecoder | undefined {
  const label = charset.length > 40 ? '' : asciiLower(charset.trim())
  if (unknown.has(label)) return undefined
  if (decoders.has(label)) return decoders.get(label)
  let decoder: TextDecoder | undefined
  try {
    decoder = new TextDecoder(label)
  } catch {
    decoder = undefined
  }
  if (decoders.size < remembered) decoders.set(label, decoder)
  return decoder
}
