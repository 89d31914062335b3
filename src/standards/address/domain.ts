import { asciiLower, utf8Length } from '#base/bytes'
import { isFit } from './characters.ts'

const isLetDig = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90)

/** Lower case as far as two spellings of a domain are the same name. RFC 5891 §5.3 asks for NFC. */
export const lowerDomain = (text: string): string => {
  const lower = asciiLower(text)
  for (let i = 0; i < lower.length; i++) if (lower.charCodeAt(i) > 127) return lower.toLowerCase().normalize('NFC')
  return lower
}

/** Domain of RFC 5321 §4.1.2: labels of letters, digits and inner hyphens, each up to 63 octets; U-labels when allowed. */
export function isDomain(text: string, utf8: boolean, maxLength = 255): boolean {
  if (text.length === 0 || text.length > maxLength) return false
  let begin = 0
  let ascii = true
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? 46 : text.charCodeAt(i)
    if (code === 46) {
      if (i === begin || i - begin > 63) return false
      if (text.charCodeAt(begin) === 45 || text.charCodeAt(i - 1) === 45) return false
      begin = i + 1
    } else if (code > 127) {
      if (!utf8 || !isFit(code)) return false
      ascii = false
    } else if (code !== 45 && !isLetDig(code)) return false
  }
  return ascii || (utf8Length(text) <= maxLength && text.isWellFormed())
}

/** An address literal with its brackets, RFC 5321 §4.1.3: IPv4 and IPv6; no other tag is registered. */
export function isAddressLiteral(text: string): boolean {
  if (text.length > 50 || !text.startsWith('[') || !text.endsWith(']')) return false
  const inner = text.slice(1, -1)
  return asciiLower(inner.slice(0, 5)) === 'ipv6:' ? isIpv6(inner.slice(5)) : isIpv4(inner)
}

export function isIpv4(text: string): boolean {
  const parts = text.length > 15 ? [] : text.split('.')
  return parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
}

/** RFC 4291 §2.2. */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  let words = 0
  for (const [at, half] of halves.entries()) {
    if (half === '') continue
    const groups = half.split(':')
    for (const [i, group] of groups.entries()) {
      const last = at === halves.length - 1 && i === groups.length - 1
      if (/^[0-9a-fA-F]{1,4}$/.test(group)) words++
      else if (last && isIpv4(group)) words += 2
      else return false
    }
  }
  return halves.length === 2 ? words < 8 : words === 8
}
