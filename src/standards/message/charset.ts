import { asciiLower, isAscii, latin1Text } from '#base/bytes'
import { charsetLabels } from './charset-labels.ts'

/** By label, made when one is first met. */
const decoders = new Map<string, TextDecoder>()

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

/**
 * Bytes of that charset as Unicode; never throws. Broken bytes become U+FFFD. With no charset, or one that nobody
 * knows, UTF-8 is believed if it is without fault, else every byte is a character. UTF-7 is a charset nobody knows.
 */
export function decodeCharset(bytes: Uint8Array, charset?: string): string {
  if (bytes.length === 0) return ''
  const decoder = charset === undefined ? undefined : decoderOf(labelOf(charset))
  if (decoder !== undefined) return decoder.decode(bytes)
  if (isAscii(bytes)) return latin1Text(bytes)
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes)
  }
}

/** Bytes that are decoded in one go. */
const pieceSize = 65_536

/** The same in pieces, for texts that strangers may make long: some decoders take a second for fifty megabytes. */
export function* decodedPieces(bytes: Uint8Array, charset?: string): Generator<string, void, void> {
  const label = charset === undefined ? '' : labelOf(charset)
  if (bytes.length <= pieceSize) yield decodeCharset(bytes, charset)
  else if (decoderOf(label)) yield* inPieces(bytes, new TextDecoder(label))
  else if (isAscii(bytes)) yield latin1Text(bytes)
  else {
    let whole: string | undefined
    try {
      whole = strictUtf8.decode(bytes)
    } catch {}
    if (whole !== undefined) yield whole
    else yield* inPieces(bytes, new TextDecoder('windows-1252'))
  }
}

function* inPieces(bytes: Uint8Array, decoder: TextDecoder): Generator<string, void, void> {
  for (let from = 0; from < bytes.length; from += pieceSize)
    yield decoder.decode(bytes.subarray(from, from + pieceSize), { stream: true })
  yield decoder.decode()
}

/** A charset that says nothing is none. */
const unknown: ReadonlySet<string> = new Set(['us-ascii', 'ascii'])

const labelOf = (charset: string): string => (charset.length > 40 ? '' : asciiLower(charset.trim()))

function decoderOf(label: string): TextDecoder | undefined {
  const known = decoders.get(label)
  if (known || unknown.has(label) || !charsetLabels.has(label)) return known
  const decoder = new TextDecoder(label)
  decoders.set(label, decoder)
  return decoder
}
