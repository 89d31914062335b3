export interface ListenLimits {
  readonly maxConnections: number
  /** Of IPv6: for each network of 64 bits. */
  readonly maxPerAddress: number
  /** From the first byte of TLS to its last step. */
  readonly handshakeMilliseconds: number
  /** How often deadlines are looked at, so how late they may come; preset half a second. */
  readonly tickMilliseconds?: number
}

export const defaultListenLimits: ListenLimits = {
  maxConnections: 10_000,
  maxPerAddress: 1_000,
  handshakeMilliseconds: 10_000,
}

/** IPv6 is dealt out in networks of 64 bits and more (RFC 6177 §2): whoever has one address has them all. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right ? right.split(':') : []
  const zeros = right === undefined ? 0 : 8 - head.length - tail.length
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].slice(0, 4).join(':')
}

/** Counts who is connected. An address with no connection costs nothing. */
export interface Seats {
  /** False when the house is full, or this address has taken its share. */
  take(address: string): boolean
  leave(address: string): void
  readonly taken: number
}

export function makeSeats(limits: () => ListenLimits): Seats {
  const byNetwork = new Map<string, number>()
  let taken = 0
  return {
    take(address) {
      const { maxConnections, maxPerAddress } = limits()
      const network = networkOf(address)
      const here = byNetwork.get(network) ?? 0
      if (taken >= maxConnections || here >= maxPerAddress) return false
      taken++
      byNetwork.set(network, here + 1)
      return true
    },
    leave(address) {
      taken--
      const network = networkOf(address)
      const here = (byNetwork.get(network) ?? 1) - 1
      if (here > 0) byNetwork.set(network, here)
      else byNetwork.delete(network)
    },
    get taken() {
      return taken
    },
  }
}
