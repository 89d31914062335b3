/**
 * Who counts as one when addresses are counted: an address of IPv4 alone, one of IPv6 with its network of 64 bits.
 * IPv6 is dealt out in such networks and larger ones (RFC 6177 §2): whoever has one address has them all.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right ? right.split(':') : []
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length
  return [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...tail].slice(0, 4).join(':')
}
