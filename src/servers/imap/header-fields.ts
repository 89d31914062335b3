import { concat, crlf, find, LF, latin1Text, noBytes } from '#base/bytes'

const COLON = 58
const SPACE = 32
const TAB = 9
const CR = 13

/** The length of the header with its closing empty line; all of it when there is none. RFC 5322 §2.1. */
export function headerEnd(content: Uint8Array): number {
  for (let at = 0; at < content.length; ) {
    if (content[at] === LF) return at + 1
    if (content[at] === CR && content[at + 1] === LF) return at + 2
    const end = find(content, LF, at)
    if (end < 0) return content.length
    at = end + 1
  }
  return content.length
}

/** Calls back with each field of a header: its name in lower case, and where its lines stand. */
export function eachField(header: Uint8Array, see: (name: string, from: number, to: number) => void): void {
  let at = 0
  while (at < header.length) {
    if (header[at] === CR && header[at + 1] === LF) return
    const from = at
    do {
      const end = find(header, LF, at)
      at = end < 0 ? header.length : end + 1
    } while (at < header.length && (header[at] === SPACE || header[at] === TAB))
    let colon = from
    while (colon < at && header[colon] !== COLON) colon++
    let end = colon
    while (end > from && (header[end - 1] === SPACE || header[end - 1] === TAB)) end--
    see(colon < at ? latin1Text(header, from, end).toLowerCase() : '', from, at)
  }
}

/**
 * The lines of the fields that are named (or of all others), as they stand, with the closing empty line:
 * HEADER.FIELDS and HEADER.FIELDS.NOT of RFC 9051 §6.4.5.1. Names are lower case.
 */
export function pickFields(header: Uint8Array, names: ReadonlySet<string>, others = false): Uint8Array {
  const runs: Uint8Array[] = []
  let runFrom = 0
  let runTo = 0
  eachField(header, (name, from, to) => {
    if (names.has(name) === others) return
    if (from === runTo) runTo = to
    else {
      if (runTo > runFrom) runs.push(header.subarray(runFrom, runTo))
      runFrom = from
      runTo = to
    }
  })
  if (runTo > runFrom) runs.push(header.subarray(runFrom, runTo))
  return runs.length === 0 ? crlf : concat([...runs, crlf])
}

/** The unfolded texts of one field's bodies, as they stand: RFC 5322 §2.2.3. Lower-case name. */
export function fieldBodies(header: Uint8Array, wanted: string): Uint8Array[] {
  const bodies: Uint8Array[] = []
  eachField(header, (name, from, to) => {
    if (name !== wanted) return
    const colon = find(header, COLON, from)
    bodies.push(unfolded(header.subarray(colon + 1, to)))
  })
  return bodies
}

function unfolded(body: Uint8Array): Uint8Array {
  let end = body.length
  while (end > 0 && (body[end - 1] === LF || body[end - 1] === CR)) end--
  let from = 0
  while (from < end && (body[from] === SPACE || body[from] === TAB)) from++
  if (from >= end) return noBytes
  const one = body.subarray(from, end)
  return find(one, LF) < 0 ? one : one.filter(byte => byte !== CR && byte !== LF)
}
