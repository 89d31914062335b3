import { latin1 } from '#base/bytes'
import { type MessageLimits, type Part, parseStructure, storedHeaderLines } from '#standards/message'
import { bodyText } from './body-structure.ts'
import { imapEnvelope } from './imap-envelope.ts'

/** What FETCH answers again and again, made once; see the values of RFC 9051 §7.5.2. */
export interface MessageSummary {
  readonly envelope: Uint8Array
  readonly bodyStructure: Uint8Array
  readonly body: Uint8Array
  /** The lines of the header fields to keep; `undefined` when they are too large. */
  readonly headers: Uint8Array | undefined
}

/** Longer ones no list of thousands of recipients makes; they are said again with less of every field. */
const longestEnvelope = 1_048_576
const lessOfEach = { fieldBytes: 8_192, addresses: 100 }
/** Enough for a thousand parts with names and ids. */
const longestBody = 262_144

/** `names` are the fields to keep, in lower case, up to `maxBytes` together. */
export function summarizeMessage(
  bytes: Uint8Array,
  limits: MessageLimits,
  names: ReadonlySet<string>,
  maxBytes: number,
): MessageSummary {
  const structure = parseStructure(bytes, limits)
  const root = structure.parts[0] as Part
  const envelope = imapEnvelope(bytes, root.header, limits)
  const isUsual = envelope.length <= longestEnvelope
  return {
    envelope: latin1(isUsual ? envelope : imapEnvelope(bytes, root.header, { ...limits, ...lessOfEach })),
    bodyStructure: latin1(bodyText(bytes, structure, { extended: true, most: longestBody })),
    body: latin1(bodyText(bytes, structure, { extended: false, most: longestBody })),
    headers: storedHeaderLines(bytes, structure, names, maxBytes),
  }
}
