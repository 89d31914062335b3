import { networkOf } from '#standards/address'

export interface ListenLimits {
  readonly maxConnections: number
  /** Of IPv6: for each network of 64 bits. */
  readonly maxPerAddress: number
  /** May this address hold any number? One that stands for many: a proxy, a webmail, a scanner. */
  readonly isTrusted?: (address: string) => boolean
  /** From the first byte of TLS to its last step. */
  readonly handshakeMilliseconds: number
  /** How often deadlines are looked at, so how late they may come; preset half a second. */
  readonly tickMilliseconds?: number
  /** Where connections are counted together with those of other listeners; else each listener counts its own. */
  readonly seats?: Seats
}

export const defaultListenLimits: ListenLimits = {
  maxConnections: 10_000,
  maxPerAddress: 1_000,
  handshakeMilliseconds: 10_000,
}

/** Counts who is connected. An address with no connection costs nothing. */
export interface Seats {
  /** False when the house is full, or this address has taken its share. */
  take(address: string): boolean
  leave(address: string): void
  readonly taken: number
}

/** `within`: the seats of a larger house, of which each one taken here is one. */
export function makeSeats(
  limits: () => Pick<ListenLimits, 'maxConnections' | 'maxPerAddress' | 'isTrusted'>,
  within?: Seats,
): Seats {
  const byNetwork = new Map<string, number>()
  let taken = 0
  return {
    take(address) {
      const { maxConnections, maxPerAddress, isTrusted } = limits()
      const network = networkOf(address)
      const here = byNetwork.get(network) ?? 0
      if (taken >= maxConnections) return false
      if (here >= maxPerAddress && isTrusted?.(address) !== true) return false
      if (within?.take(address) === false) return false
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
      within?.leave(address)
    },
    get taken() {
      return taken
    },
  }
}
