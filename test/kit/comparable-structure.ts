import type { ImapValue } from './imap-value.ts'
import type { RecordedValue } from './message-corpora.ts'

export type Item = 'envelope' | 'bodystructure'

/** Where we answer otherwise than every reference, because the reference is wrong by the RFC: item and name. */
export const referenceExceptions: ReadonlyMap<string, string> = new Map<string, string>([
  [
    'bodystructure mail-parser-eml/malformed/016.eml',
    'boundaries of 80 to 82 bytes, each a prefix of the next; the references cut them at 80 and confuse them, RFC 2046 ' +
      '§5.1.1 has them told apart',
  ],
  [
    'bodystructure mail-parser-eml/malformed/007.eml',
    'a boundary line inside the header that declares it; the references differ, and each sees parts that are not there',
  ],
  [
    'envelope mikel-mail-emails/plain_emails/raw_email_with_at_display_name.eml',
    'a display name with a bare @; the references lose the address behind it or make two of one',
  ],
  ['bodystructure sisimai-bounces/bsd/lhost-sendgrid-03.eml', 'the same, in the envelope of an enclosed message'],
])

const lower = (value: RecordedValue): RecordedValue => (typeof value === 'string' ? value.toLowerCase() : value)
const unspaced = (value: RecordedValue): RecordedValue =>
  typeof value === 'string' ? value.replace(/[ \t\r\n]+/g, ' ').trim() : value
const listed = (value: RecordedValue | undefined): readonly RecordedValue[] => (Array.isArray(value) ? value : [])

/** What a server writes for an absent host or local part is its own choice. */
const invented = new Set(['MISSING_DOMAIN', 'unspecified-domain', 'MISSING_MAILBOX', 'INVALID_ADDRESS', ''])
const addressPart = (value: RecordedValue): RecordedValue => {
  const text = unspaced(value)
  return typeof text === 'string' && invented.has(text) ? null : text
}

function comparableEnvelope(envelope: RecordedValue): unknown {
  return listed(envelope).map((value, at) => {
    if (at < 2 || at > 7) return unspaced(value)
    return Array.isArray(value) ? value.map(address => listed(address).map(addressPart)) : value
  })
}

/** Names are compared without regard to case; so are charsets, of which the default may be left out. */
function comparableParameters(value: RecordedValue | undefined, charset: boolean): unknown {
  const pairs: RecordedValue[][] = []
  const all = listed(value)
  for (let i = 0; i < all.length; i += 2) {
    const name = lower(all[i] ?? null)
    const isCharset = charset && name === 'charset'
    if (!isCharset || lower(all[i + 1] ?? null) !== 'us-ascii') {
      pairs.push([name, isCharset ? lower(all[i + 1] ?? null) : (all[i + 1] ?? null)])
    }
  }
  return pairs
}

const disposition = (value: RecordedValue | undefined): unknown =>
  Array.isArray(value) ? [lower(value[0]), comparableParameters(value[1], false)] : null
const languages = (value: RecordedValue | undefined): unknown =>
  value == null ? null : Array.isArray(value) ? value.map(lower) : [lower(value)]

function comparableBody(body: RecordedValue): unknown {
  const all = listed(body)
  if (Array.isArray(all[0])) {
    const count = all.findIndex(one => !Array.isArray(one))
    const [parameters, ...rest] = all.slice(count + 1)
    return {
      parts: all.slice(0, count).map(comparableBody),
      subtype: lower(all[count] ?? null),
      parameters: comparableParameters(parameters, false),
      extension: [disposition(rest[0]), languages(rest[1]), rest[2] ?? null],
    }
  }
  const [type, subtype] = [lower(all[0] ?? null), lower(all[1] ?? null)]
  const basic = [type, subtype, comparableParameters(all[2], true), all[3], all[4], lower(all[5] ?? null), all[6]]
  const enclosed = type === 'message' && (subtype === 'rfc822' || subtype === 'global') && Array.isArray(all[7])
  const special = enclosed
    ? [comparableEnvelope(all[7] ?? null), comparableBody(all[8] ?? null), all[9]]
    : type === 'text'
      ? [all[7]]
      : []
  const rest = all.slice(7 + special.length)
  return { basic, special, extension: [rest[0] ?? null, disposition(rest[1]), languages(rest[2]), rest[3] ?? null] }
}

/** What of an answer is no matter of taste, for a comparison as JSON. */
export const comparable: Readonly<Record<Item, (value: RecordedValue) => unknown>> = {
  envelope: comparableEnvelope,
  bodystructure: comparableBody,
}

export const recorded = (value: ImapValue): RecordedValue =>
  value === null || typeof value === 'string' ? value : 'text' in value ? value.text : value.map(recorded)
