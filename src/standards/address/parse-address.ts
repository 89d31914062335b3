import { asciiLower, utf8Length } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { Address, AddressFailure, AddressRules, Path } from './address.ts'
import { isAtext, isFit } from './characters.ts'
import { isAddressLiteral, isDomain, lowerDomain } from './domain.ts'

const DQUOTE = 34
const AT = 64
const BACKSLASH = 92

/** A whole mailbox and nothing around it: no spaces, no angle brackets, no comments. RFC 5321 §4.1.2, RFC 6531 §3.3. */
export function parseAddress(text: string, rules: AddressRules): Result<Address, AddressFailure> {
  const maxLength = rules.maxLength ?? 254
  if (text.length > maxLength * 2) return fail('too-long')
  const at = localEnd(text, 0)
  if (at < 0 || text.charCodeAt(at) !== AT) return fail('syntax')
  return checked(text, 0, at, text.length, rules, maxLength)
}

/**
 * A path at `from`, up to and with its `>`: quotes may hold a `>`, so only the grammar knows where it ends.
 * A source route is read and forgotten, as RFC 5321 Appendix C wants.
 */
export function parsePath(
  text: string,
  from: number,
  rules: AddressRules,
): Result<{ readonly path: Path; readonly end: number }, AddressFailure> {
  if (text.charAt(from) !== '<') return fail('syntax')
  let begin = from + 1
  if (text.charAt(begin) === '>') return ok({ path: { kind: 'null' }, end: begin + 1 })
  if (text.charCodeAt(begin) === AT) {
    const colon = text.indexOf(':', begin)
    if (colon < 0 || !isRoute(text.slice(begin, colon), rules)) return fail('syntax')
    begin = colon + 1
  }
  const at = localEnd(text, begin)
  if (at < 0) return fail('syntax')
  if (text.charAt(at) === '>') {
    const postmaster = begin === from + 1 && asciiLower(text.slice(begin, at)) === 'postmaster'
    return postmaster ? ok({ path: { kind: 'postmaster' }, end: at + 1 }) : fail('syntax')
  }
  const close = text.indexOf('>', at)
  if (text.charCodeAt(at) !== AT || close < 0) return fail('syntax')
  const address = checked(text, begin, at, close, rules, rules.maxLength ?? 254)
  return address.ok ? ok({ path: { kind: 'address', address: address.value }, end: close + 1 }) : address
}

function checked(
  text: string,
  begin: number,
  at: number,
  end: number,
  rules: AddressRules,
  maxLength: number,
): Result<Address, AddressFailure> {
  const whole = text.slice(begin, end)
  const local = localValue(text, begin, at, rules.utf8)
  if (typeof local !== 'string') return local
  const domain = text.slice(at + 1, end)
  if (domain.startsWith('[')) {
    if (!isAddressLiteral(domain)) return fail('syntax')
  } else if (!isDomain(domain, rules.utf8)) {
    if (!rules.utf8 && isDomain(domain, true)) return fail('not-ascii')
    return fail(utf8Length(domain) > 255 ? 'too-long' : 'syntax')
  }
  if (utf8Length(whole) > maxLength || utf8Length(text.slice(begin, at)) > (rules.maxLocal ?? 64)) {
    return fail('too-long')
  }
  const lower = domain.startsWith('[') ? lowerLiteral(domain) : lowerDomain(domain)
  return domain === lower || lower.startsWith('[') || isDomain(lower, rules.utf8)
    ? ok({ local, domain: lower })
    : fail('syntax')
}

const lowerLiteral = (literal: string): string => {
  const lower = asciiLower(literal)
  return lower.startsWith('[ipv6:') ? `[IPv6:${lower.slice(6)}` : lower
}

/** Where the local part ends: at the character behind the dot-string or the closing quote. -1 when it cannot be one. */
function localEnd(text: string, from: number): number {
  if (text.charCodeAt(from) === DQUOTE) {
    for (let i = from + 1; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === DQUOTE) return i + 1 < text.length ? i + 1 : -1
      if (code === BACKSLASH) i++
    }
    return -1
  }
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== 46 && code < 128 && !isAtext(code)) return i
  }
  return -1
}

/** The local part's meaning. Quotes hold printable ASCII and space; every other control character is refused. */
function localValue(text: string, from: number, to: number, utf8: boolean): string | Result<never, AddressFailure> {
  const quoted = text.charCodeAt(from) === DQUOTE
  let plain = true
  let beyondAscii = false
  let before = 46
  for (let i = quoted ? from + 1 : from; i < (quoted ? to - 1 : to); i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === 127 || (code > 127 && !isFit(code))) return fail('syntax')
    if (code > 127) beyondAscii = true
    if (code === BACKSLASH) plain = false
    if (!quoted && code === 46 && before === 46) return fail('syntax')
    before = code
  }
  const inner = quoted ? text.slice(from + 1, to - 1) : text.slice(from, to)
  if (inner === '' || (!quoted && before === 46) || !inner.isWellFormed()) return fail('syntax')
  if (beyondAscii && !utf8) return fail('not-ascii')
  return plain ? inner : unescaped(inner)
}

/** quoted-pairSMTP escapes ASCII only. */
function unescaped(inner: string): string | Result<never, AddressFailure> {
  const pieces: string[] = []
  let begin = 0
  for (let at = inner.indexOf('\\'); at >= 0; at = inner.indexOf('\\', at + 2)) {
    if (inner.charCodeAt(at + 1) > 126) return fail('syntax')
    pieces.push(inner.slice(begin, at))
    begin = at + 1
  }
  return pieces.join('') + inner.slice(begin)
}

/** A-d-l: `@one,@two`. */
const isRoute = (text: string, rules: AddressRules): boolean =>
  text.length <= 1024 && text.split(',').every(hop => hop.startsWith('@') && isDomain(hop.slice(1), rules.utf8))
