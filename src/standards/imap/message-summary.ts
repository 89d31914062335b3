import { latin1 } from '#base/bytes'
import { type MessageLimits, type Part, parseStructure, storedHeaderLines } from '#standards/message'
import { bodyText } from './body-structure.ts'
import { envelopeText } from './imap-envelope.ts'

/** What FETCH answers again and again, made once; see the values of RFC 9051 §7.5.2. */
export interface MessageSummary {
  readonly envelope: Uint8Array
  readonly bodyStructure: Uint8Array
  readonly body: Uint8Array
  /** The lines of the header fields to keep; `undefined` when they are too large. */
  readonly headers: Uint8Array | undefined
}

/** `names` are the fields to keep, in lower case, up to `maxBytes` together. */
export function summarizeMessage(
  bytes: Uint8Array,
  limits: MessageLimits,
  names: ReadonlySet<string>,
  maxBytes: number,
): MessageSummary {
  const structure = parseStructure(bytes, limits)
  const root = structure.parts[0] as Part
  return {
    envelope: latin1(envelopeText(bytes, root.header, structure)),
    bodyStructure: latin1(bodyText(bytes, structure, root, true)),
    body: latin1(bodyText(bytes, structure, root, false)),
    headers: storedHeaderLines(bytes, structure, names, maxBytes),
  }
}
