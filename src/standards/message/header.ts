import { asciiLower, CR, concat, crlf, find, LF, latin1Text, noBytes } from '#base/bytes'
import type { MessageLimits } from './limits.ts'

/** One field as offsets into the message. Fields follow each other without a gap, malformed lines included. */
export interface HeaderField {
  /** Lower case; empty for lines that are no field: without a colon, or with a name outside RFC 5322 §2.2. */
  readonly name: string
  readonly begin: number
  /** Behind the colon. */
  readonly value: number
  /** Behind the line end of the last line. */
  readonly end: number
}

export interface Header {
  readonly begin: number
  readonly fields: readonly HeaderField[]
  /** Where the empty line begins; equal to `end` when there is none. */
  readonly fieldsEnd: number
  /** Behind the empty line, where the body begins. */
  readonly end: number
}

const COLON = 58
const DASH = 45
const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9

/**
 * Divides a header section into fields. Only an empty line ends it (or the end, or a line for which `stop` says so):
 * a malformed line belongs to no field, for every reader alike. Bare LF ends a line as CRLF does.
 */
export function parseHeader(
  bytes: Uint8Array,
  from: number,
  limits: MessageLimits,
  stop?: (lineBegin: number) => boolean,
): Header {
  const fields: HeaderField[] = []
  const size = bytes.length
  let at = from
  let begin = from
  let value = from
  let name = ''
  let end = -1
  const flush = () => {
    if (at > begin) fields.push({ name, begin, value, end: at })
  }
  while (at < size) {
    const first = bytes[at]
    if (first === LF) end = at + 1
    else if (first === CR && bytes[at + 1] === LF) end = at + 2
    else if (first === DASH && stop?.(at)) end = at
    if (end >= 0) break
    if (!isBlank(first) || at === from) {
      flush()
      begin = at
      name = ''
      if (fields.length >= limits.fields || at - from >= limits.headerBytes) {
        value = at
        at = emptyLine(bytes, at)
        continue
      }
      const colon = nameEnd(bytes, at)
      value = colon < 0 ? at : colon + 1
      if (colon >= 0) name = fieldName(bytes, at, colon)
    } else if (at - from >= limits.headerBytes) {
      flush()
      begin = value = at
      name = ''
      at = emptyLine(bytes, at)
      continue
    }
    at = nextLine(bytes, at)
  }
  flush()
  return { begin: from, fields, fieldsEnd: at, end: end < 0 ? at : end }
}

/** Where the colon is, if everything before it is a field name, perhaps with blanks behind (RFC 5322 §4.5). */
function nameEnd(bytes: Uint8Array, from: number): number {
  const most = Math.min(bytes.length, from + 998)
  let at = from
  for (; at < most; at++) {
    const byte = bytes[at] as number
    if (byte === COLON) return at > from ? at : -1
    if (byte < 33 || byte > 126) break
  }
  if (at === from) return -1
  while (at < most && isBlank(bytes[at])) at++
  return at < most && bytes[at] === COLON ? at : -1
}

/** So far the end of a line is looked for by hand: close ones come cheaper than with a native call. */
const nearby = 80

function nextLine(bytes: Uint8Array, from: number): number {
  const near = Math.min(bytes.length, from + nearby)
  for (let at = from; at < near; at++) if (bytes[at] === LF) return at + 1
  const newline = find(bytes, LF, near)
  return newline < 0 ? bytes.length : newline + 1
}

const emptyLineForms = [Uint8Array.of(LF, CR, LF), Uint8Array.of(LF, LF)] as const

/** The empty line that follows, found at the speed of the machine. */
function emptyLine(bytes: Uint8Array, from: number): number {
  const wire = find(bytes, emptyLineForms[0], from)
  const bare = find(wire < 0 ? bytes : bytes.subarray(0, wire), emptyLineForms[1], from)
  const found = bare < 0 ? wire : bare
  return found < 0 ? bytes.length : found + 1
}

const wellKnown = new Map<number, string>()
for (const name of (
  'received return-path delivered-to from to cc bcc subject date message-id in-reply-to references reply-to sender ' +
  'mime-version content-type content-transfer-encoding content-disposition content-id content-description user-agent ' +
  'x-mailer dkim-signature authentication-results arc-seal arc-message-signature arc-authentication-results ' +
  'received-spf list-id list-unsubscribe list-unsubscribe-post list-post list-help precedence auto-submitted ' +
  'x-spam-status x-spam-level x-spam-flag x-priority importance priority'
).split(' ')) {
  let hash = 0
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0
  wellKnown.set(hash, name)
}

/** The name in lower case; the usual ones without making a string. */
function fieldName(bytes: Uint8Array, from: number, colon: number): string {
  let to = colon
  while (isBlank(bytes[to - 1])) to--
  let hash = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number
    hash = (Math.imul(hash, 31) + (byte >= 65 && byte <= 90 ? byte + 32 : byte)) | 0
  }
  const known = wellKnown.get(hash)
  if (known !== undefined && known.length === to - from) {
    let i = 0
    while (i < known.length && known.charCodeAt(i) === lowerByte(bytes[from + i] as number)) i++
    if (i === known.length) return known
  }
  return asciiLower(latin1Text(bytes, from, to))
}

const lowerByte = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte)

/** The first field of that lower-case name. */
export function findField(header: Header, name: string): HeaderField | undefined {
  for (const field of header.fields) if (field.name === name) return field
  return undefined
}

/** A field's value, unfolded and trimmed, one character a byte. RFC 5322 §2.2.3. */
export function fieldText(bytes: Uint8Array, field: HeaderField, limits: MessageLimits): string {
  let from = field.value
  let to = Math.min(field.end, field.value + limits.fieldBytes)
  while (from < to && isSpace(bytes[from] as number)) from++
  while (to > from && isSpace(bytes[to - 1] as number)) to--
  const text = latin1Text(bytes, from, to)
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, '') : text
}

const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === CR || byte === LF

/** The text of the first field of that name. */
export function fieldValue(bytes: Uint8Array, header: Header, name: string, limits: MessageLimits): string | undefined {
  const field = findField(header, name)
  return field && fieldText(bytes, field, limits)
}

/** The lines of the fields that `names` holds, as they stand, in their order; `undefined` when they are too large. */
export function headerLines(
  bytes: Uint8Array,
  header: Header,
  names: ReadonlySet<string>,
  maxBytes: number,
): Uint8Array | undefined {
  const pieces: Uint8Array[] = []
  let size = 0
  for (const field of header.fields) {
    if (field.name === '' || !names.has(field.name)) continue
    pieces.push(bytes.subarray(field.begin, field.end))
    size += field.end - field.begin
    if (bytes[field.end - 1] !== LF) pieces.push(crlf)
    if (size > maxBytes) return undefined
  }
  // A copy always: what is kept must not hold the whole message in memory.
  return pieces.length === 0 ? noBytes : concat([...pieces, noBytes])
}
