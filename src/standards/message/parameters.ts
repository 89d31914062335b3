import { asciiLower } from '#base/bytes'
import { isWhite, quotedEnd, skipCfws, unquoted } from './lexical.ts'
import type { MessageLimits } from './limits.ts'

/** As it stands in the field, quotes taken off: the name in lower case, the value one character a byte. */
export interface Parameter {
  readonly name: string
  readonly value: string
}

export interface ContentType {
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly Parameter[]
}

export interface Disposition {
  readonly kind: string
  readonly parameters: readonly Parameter[]
}

const SEMICOLON = 59
const EQUALS = 61
const QUOTE = 34

/**
 * RFC 2045 §5.1. `undefined` when there is no type and subtype to be read; and for a multipart that has something else
 * than parameters behind them, because its boundary would be a guess.
 */
export function parseContentType(text: string, limits: MessageLimits): ContentType | undefined {
  const typeFrom = skipCfws(text, 0)
  const typeTo = tokenEnd(text, typeFrom)
  let at = skipCfws(text, typeTo)
  if (typeTo === typeFrom || text.charAt(at) !== '/') return undefined
  const subtypeFrom = skipCfws(text, at + 1)
  at = tokenEnd(text, subtypeFrom)
  const type = asciiLower(text.slice(typeFrom, typeTo))
  const behind = skipCfws(text, at)
  if (at === subtypeFrom) return undefined
  if (type === 'multipart' && behind < text.length && text.charCodeAt(behind) !== SEMICOLON) return undefined
  return {
    type,
    subtype: asciiLower(text.slice(subtypeFrom, at)),
    parameters: parseParameters(text, at, limits),
  }
}

/** RFC 2183 §2. */
export function parseDisposition(text: string, limits: MessageLimits): Disposition | undefined {
  const from = skipCfws(text, 0)
  const to = tokenEnd(text, from)
  if (to === from) return undefined
  return { kind: asciiLower(text.slice(from, to)), parameters: parseParameters(text, to, limits) }
}

/** A field that is one token of RFC 2045 §5.1 and nothing else, in lower case; else empty. */
export function soleToken(text: string): string {
  const from = skipCfws(text, 0)
  const to = tokenEnd(text, from)
  return skipCfws(text, to) < text.length ? '' : asciiLower(text.slice(from, to))
}

/** `; name=value` as often as it comes. What is none is skipped up to the next semicolon. */
export function parseParameters(text: string, from: number, limits: MessageLimits): readonly Parameter[] {
  const parameters: Parameter[] = []
  let at = from
  while (parameters.length < limits.parameters) {
    at = nextSemicolon(text, at)
    if (at >= text.length) break
    const nameFrom = skipCfws(text, at + 1)
    const nameTo = tokenEnd(text, nameFrom)
    at = skipCfws(text, nameTo)
    if (nameTo === nameFrom || text.charCodeAt(at) !== EQUALS) continue
    const valueFrom = skipCfws(text, at + 1)
    const quoted = text.charCodeAt(valueFrom) === QUOTE
    at = quoted ? quotedEnd(text, valueFrom) : valueEnd(text, valueFrom)
    const value = quoted ? unquoted(text, valueFrom, at) : text.slice(valueFrom, at)
    parameters.push({ name: asciiLower(text.slice(nameFrom, nameTo)), value })
  }
  return parameters
}

function nextSemicolon(text: string, from: number): number {
  let at = skipCfws(text, from)
  while (at < text.length && text.charCodeAt(at) !== SEMICOLON) {
    at = skipCfws(text, text.charCodeAt(at) === QUOTE ? quotedEnd(text, at) : at + 1)
  }
  return at
}

/** Everything up to a blank or one of the marks that matter; stricter than that the wild is not. */
function tokenEnd(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isWhite(code) || code === SEMICOLON || code === EQUALS || code === QUOTE || code === 40 || code === 47) break
  }
  return at
}

/** An unquoted value may hold `/`, `=` and `?`, which old mailers never quoted. */
function valueEnd(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isWhite(code) || code === SEMICOLON || code === QUOTE || code === 40) break
  }
  return at
}
