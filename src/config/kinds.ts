import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import { isDomain, isIpv4, isIpv6, parseAddress } from '#standards/address'

/** How a value is written. `expects` ends the sentence "expected ...". */
export interface Kind<T> {
  readonly name: string
  readonly expects: string
  parse(text: string): Result<T, string>
  encode(value: T): string
}

const trueWords: readonly string[] = ['yes', 'true', '1', 'enable', 'enabled', 'on']
const falseWords: readonly string[] = ['no', 'false', '0', 'disable', 'disabled', 'off']

export const isTrueWord = (text: string): boolean => trueWords.includes(text.toLowerCase())
export const isFalseWord = (text: string): boolean => falseWords.includes(text.toLowerCase())

/** A kind from a reader that says `undefined` for what it does not take. */
function kind<T>(
  name: string,
  expects: string,
  read: (text: string) => T | undefined,
  encode: (value: T) => string = String,
): Kind<T> {
  return {
    name,
    expects,
    parse: text => {
      const value = read(text)
      return value === undefined ? fail(`expected ${expects}`) : ok(value)
    },
    encode,
  }
}

export const bool: Kind<boolean> = kind(
  'bool',
  `one of ${trueWords.join(', ')} or ${falseWords.join(', ')}`,
  text => (isTrueWord(text) ? true : isFalseWord(text) ? false : undefined),
  value => (value ? 'yes' : 'no'),
)

export interface Range {
  readonly min: number
  readonly max: number
}

const wholeNumber = (text: string): number | undefined => {
  if (text.length > 17 || !/^-?[0-9]+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

const ranged = (name: string, { min, max }: Range): Kind<number> =>
  kind(name, `a whole number from ${min} to ${max}`, text => {
    const value = wholeNumber(text)
    return value !== undefined && value >= min && value <= max ? value : undefined
  })

const most = 2 ** 31 - 1

/** Zero or more. */
export const uint = (range: Partial<Range> = {}): Kind<number> => ranged('uint', { min: 0, max: most, ...range })
/** One or more. */
export const pint = (range: Partial<Range> = {}): Kind<number> => ranged('pint', { min: 1, max: most, ...range })

/** Text; `shape`, if given, must match the whole of it, and `expects` says so in words. */
export const str = (expects = 'a text', shape?: RegExp, maxLength = 1024): Kind<string> =>
  kind('str', `${expects} of at most ${maxLength} characters`, text =>
    text.length > 0 && text.length <= maxLength && (shape === undefined || shape.test(text)) ? text : undefined,
  )

/** Values of one kind with a blank between them, or with commas; an empty text is an empty list. */
export const list = <T>(element: Kind<T>, maxCount = 100): Kind<readonly T[]> => ({
  name: `list of ${element.name}`,
  expects: `at most ${maxCount} values with blanks between them, each ${element.expects}`,
  parse: text => {
    const parts = text.split(/[ \t,]+/).filter(part => part !== '')
    if (parts.length > maxCount) return fail(`expected at most ${maxCount} values`)
    const values: T[] = []
    for (const part of parts) {
      const parsed = element.parse(part)
      if (!parsed.ok) return fail(`'${part}': ${parsed.failure}`)
      values.push(parsed.value)
    }
    return ok(values)
  },
  encode: values => values.map(element.encode).join(' '),
})

/** RFC 4632 §3.1, RFC 4291 §2.3; a bare address is a network of one. */
function isNetwork(text: string): boolean {
  const slash = text.indexOf('/')
  // `::ffff:192.0.2.0/24` would be all of IPv4: whoever means a network of IPv4 writes it as one.
  if (slash >= 0 && text.includes(':') && text.includes('.')) return false
  if (slash < 0) return isIpv4(text) || isIpv6(text)
  const address = text.slice(0, slash)
  const prefix = text.slice(slash + 1)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefix)) return false
  return (isIpv4(address) && Number(prefix) <= 32) || (isIpv6(address) && Number(prefix) <= 128)
}

/** RFC 1123 §2.1: letters, digits and hyphens in labels of at most 63. */
const isDomainName = (text: string): boolean => isDomain(text, false, 253)

/** An address, or a network such as `192.0.2.0/24`. */
export const network: Kind<string> = kind('network', 'an address or a network such as 192.0.2.0/24', text =>
  isNetwork(text) ? text.toLowerCase() : undefined,
)
export const domainName: Kind<string> = kind('domain', 'a host or domain name such as mail.example.org', text =>
  isDomainName(text) ? text.toLowerCase() : undefined,
)
/** A file, named from the root: the server's working directory is nobody's business. */
export const path: Kind<string> = kind('path', 'a path that begins with /', text =>
  text.startsWith('/') && text.length <= 4096 && !text.includes('\0') ? text : undefined,
)
export const address: Kind<string> = kind('address', 'a mail address such as anna@example.org', text => {
  const at = text.lastIndexOf('@')
  const parsed = parseAddress(text, { utf8: true })
  return at > 0 && parsed.ok && isDomainName(text.slice(at + 1)) ? text : undefined
})

/** An address, or the name before an `@` that another alias or a user explains. */
export const aliasTarget: Kind<string> = kind('alias', 'a mail address, or a local name such as root', text => {
  const local = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(text)
  // RFC 5321 §2.4: another server's local part keeps its letters.
  return local ? asciiLower(text) : address.parse(text).ok ? text : undefined
})
