/** The spellings of hosts and networks, as far as the configuration needs them. */

const decimalByte = (text: string): boolean => /^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) < 256

export function isIpv4Address(text: string): boolean {
  const parts = text.split('.', 5)
  return parts.length === 4 && parts.every(decimalByte)
}

/** RFC 4291 §2.2, without zones. */
export function isIpv6Address(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? []
  const embedded = last.at(-1)?.includes('.') ?? false
  if (embedded && !isIpv4Address(last.at(-1) ?? '')) return false
  const all = groups.flat()
  const hexadecimal = embedded ? all.slice(0, -1) : all
  if (!hexadecimal.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return false
  const count = all.length + (embedded ? 1 : 0)
  return halves.length === 2 ? count < 8 : count === 8
}

export const isIpAddress = (text: string): boolean => isIpv4Address(text) || isIpv6Address(text)

/** RFC 4632 §3.1, RFC 4291 §2.3; a bare address is a network of one. */
export function isNetwork(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return isIpAddress(text)
  const address = text.slice(0, slash)
  const prefix = text.slice(slash + 1)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(prefix)) return false
  return (isIpv4Address(address) && Number(prefix) <= 32) || (isIpv6Address(address) && Number(prefix) <= 128)
}

/** RFC 1123 §2.1: letters, digits and hyphens in labels of at most 63. */
export function isDomainName(text: string): boolean {
  if (text.length > 253) return false
  return text.split('.').every(label => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
}
