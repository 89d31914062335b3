import { CR, LF } from '#base/bytes'
import { OpenBoundaries } from './delimiter.ts'
import { fieldText, type Header, parseHeader } from './header.ts'
import type { MessageLimits } from './limits.ts'
import { countLines } from './lines.ts'
import { type Parameter, parseContentType, soleToken } from './parameters.ts'

/** One entity of RFC 2045 §2.4 as offsets into the message. */
export interface Part {
  readonly index: number
  /**
   * A `message` has one part in it, a `multipart` has some: none when it has no usable boundary. What is nested too
   * deep is a `leaf` whatever its type says.
   */
  readonly kind: 'multipart' | 'message' | 'leaf'
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
  /** Lower case; `7bit` when none is given. */
  readonly encoding: string
  readonly header: Header
  /** Where the header begins, where the body begins, and where the body ends. */
  readonly begin: number
  readonly body: number
  readonly end: number
  /** Line ends in the body, of `text` and `message` parts only. */
  readonly lines: number
  /** Index of the part it lies in; -1 for the message itself. */
  readonly parent: number
  readonly children: readonly number[]
  /** A multipart or message whose inside was not looked at, because of a limit. */
  readonly opaque: boolean
}

/** Part 0 is the message. A part comes behind its parent, so it is a tree by its making. */
export interface MessageStructure {
  readonly parts: readonly Part[]
  readonly limits: MessageLimits
}

interface OpenPart extends Part {
  end: number
  lines: number
  readonly children: number[]
}

/** One walk from the first byte to the last; never throws, whatever the bytes are. */
export function parseStructure(bytes: Uint8Array, limits: MessageLimits): MessageStructure {
  const parts: OpenPart[] = []
  const open: OpenPart[] = []
  const multiparts: OpenPart[] = []
  const boundaries = new OpenBoundaries(bytes)
  const stop = (lineBegin: number): boolean => boundaries.match(lineBegin) !== undefined

  const enter = (begin: number): void => {
    const parent = open.at(-1)
    const header = parseHeader(bytes, begin, limits, boundaries.size > 0 ? stop : undefined)
    const full = open.length >= limits.depth || parts.length + 1 >= limits.parts
    const part = describe(bytes, header, limits, parent, parts.length, full)
    parent?.children.push(part.index)
    parts.push(part)
    open.push(part)
    const boundary = part.kind === 'multipart' ? boundaryOf(part.parameters, limits) : undefined
    if (boundary === undefined) return
    multiparts.push(part)
    boundaries.push(boundary)
  }

  enter(0)
  for (;;) {
    let last = open.at(-1) as OpenPart
    while (last.kind === 'message') {
      enter(last.body)
      last = open.at(-1) as OpenPart
    }
    if (parts.length >= limits.parts) break
    let floor = last.body
    let found = boundaries.size > 0 ? boundaries.next(floor) : undefined
    while (found !== undefined) {
      const multipart = multiparts[found.level] as OpenPart
      const end = contentEnd(bytes, found.begin, floor)
      while (open.at(-1) !== multipart) (open.pop() as OpenPart).end = end
      floor = found.end
      const remaining = found.closes ? found.level : found.level + 1
      boundaries.truncate(remaining)
      multiparts.length = remaining
      if (!found.closes) break
      found = remaining > 0 ? boundaries.next(found.end) : undefined
    }
    if (found === undefined) break
    enter(found.end)
  }
  for (const part of open) part.end = bytes.length
  countLines(bytes, parts)
  return { parts, limits }
}

/**
 * The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1), unless it is that of a header's empty
 * line or of another delimiter: those stand behind `floor`'s back.
 */
function contentEnd(bytes: Uint8Array, delimiter: number, floor: number): number {
  if (delimiter <= floor || bytes[delimiter - 1] !== LF) return delimiter
  return delimiter - 2 >= floor && bytes[delimiter - 2] === CR ? delimiter - 2 : delimiter - 1
}

/** What the header says it is. RFC 2045 §5.2; in a digest the default is another, RFC 2046 §5.1.5. */
function describe(
  bytes: Uint8Array,
  header: Header,
  limits: MessageLimits,
  parent: Part | undefined,
  index: number,
  full: boolean,
): OpenPart {
  const digest = parent?.kind === 'multipart' && parent.subtype === 'digest'
  let type = digest ? 'message' : 'text'
  let subtype = digest ? 'rfc822' : 'plain'
  let parameters: readonly Parameter[] = []
  let encoding = ''
  let typed = false
  for (const field of header.fields) {
    if (field.name === 'content-type' && !typed) {
      const parsed = parseContentType(fieldText(bytes, field, limits), limits)
      typed = true
      if (parsed !== undefined) ({ type, subtype, parameters } = parsed)
    } else if (field.name === 'content-transfer-encoding' && encoding === '') {
      encoding = soleToken(fieldText(bytes, field, limits))
    }
  }
  const composite = type === 'multipart' ? 'multipart' : type === 'message' && isMessage(subtype) ? 'message' : 'leaf'
  const opaque = full && composite !== 'leaf'
  return {
    index,
    kind: opaque ? 'leaf' : composite,
    type,
    subtype,
    parameters,
    encoding: encoding || '7bit',
    header,
    begin: header.begin,
    body: header.end,
    end: bytes.length,
    lines: 0,
    parent: parent?.index ?? -1,
    children: [],
    opaque,
  }
}

/** RFC 2046 §5.2.1, RFC 6532 §3.7. */
const isMessage = (subtype: string): boolean => subtype === 'rfc822' || subtype === 'global'

function boundaryOf(parameters: readonly Parameter[], limits: MessageLimits): string | undefined {
  for (const { name, value } of parameters) {
    if (name === 'boundary') return value !== '' && value.length <= limits.boundaryLength ? value.trimEnd() : undefined
  }
  return undefined
}
