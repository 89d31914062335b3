import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import { asciiDomain, isDomain } from '#standards/address'

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Folds to lower case, writes U-labels as A-labels (RFC 5891 §4.4) and drops a trailing dot; then letters a-z, digits,
 * full stop and hyphen. RFC 1123 §2.1.
 */
export function judgeDomainName(text: string): Result<string, string> {
  const bare = asciiLower(text.endsWith('.') ? text.slice(0, -1) : text)
  const name = isDomain(bare, true) ? (asciiDomain(bare) ?? bare) : bare
  if (name === '') return fail('a mail domain needs a name')
  if (name.length > 253) return fail('a domain name has at most 253 characters')
  if (name.split('.').every(part => label.test(part))) return ok(name)
  return fail(
    `'${shown(text)}' is not a valid domain name: letters a-z, digits, full stops and hyphens, such as example.org`,
  )
}

/**
 * A user's address: a-z, digits, dot, hyphen and underscore, beginning with a letter, in lower case, with exactly
 * one `@` before a domain name. Narrower than RFC 5321 §4.1.2 on purpose: what is given away must be easy to type.
 */
export function judgeAddress(text: string): Result<string, string> {
  const address = asciiLower(text)
  const no = (why: string) => fail(`'${shown(text)}' is not a valid mail address: ${why}`)
  if (address.length > 254) return no('it is longer than 254 characters')
  const at = address.indexOf('@')
  if (at < 0 || address.indexOf('@', at + 1) >= 0) return no('it needs exactly one @')
  const local = address.slice(0, at)
  if (local === '') return no('there is nothing before the @')
  if (local.length > 64) return no('the part before the @ is longer than 64 characters')
  if (!/^[a-z]/.test(local)) return no('it must begin with a letter')
  if (!/^[a-z0-9._-]+$/.test(local)) return no('allowed are letters a-z, digits, dot, hyphen and underscore')
  if (local.endsWith('.') || local.includes('..')) return no('a dot stands between other characters')
  const domain = judgeDomainName(address.slice(at + 1))
  return domain.ok ? ok(`${local}@${domain.value}`) : no(domain.failure)
}

/** A login name: never with an `@`, so that it cannot be taken for somebody's address. */
export function judgeUsername(text: string): Result<string, string> {
  const name = asciiLower(text)
  if (name.length <= 64 && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(name)) return ok(name)
  return fail(
    `'${shown(text)}' is not a valid username: letters a-z, digits, dot, hyphen and underscore, at most 64, a letter or digit at both ends`,
  )
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** What somebody wrote, fit to be shown in one line. */
export const shown = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be shown
  const harmless = text.slice(0, 80).replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
  return text.length > 80 ? `${harmless}...` : harmless
}
