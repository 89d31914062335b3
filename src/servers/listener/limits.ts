export interface ListenLimits {
  readonly maxConnections: number
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

/** Counts who is connected. An address with no connection costs nothing. */
export interface Seats {
  /** False when the house is full, or this address has taken its share. */
  take(address: string): boolean
  leave(address: string): void
  readonly taken: number
}

export function makeSeats(limits: () => ListenLimits): Seats {
  const byAddress = new Map<string, number>()
  let taken = 0
  return {
    take(address) {
      const { maxConnections, maxPerAddress } = limits()
      const here = byAddress.get(address) ?? 0
      if (taken >= maxConnections || here >= maxPerAddress) return false
      taken++
      byAddress.set(address, here + 1)
      return true
    },
    leave(address) {
      taken--
      const here = (byAddress.get(address) ?? 1) - 1
      if (here > 0) byAddress.set(address, here)
      else byAddress.delete(address)
    },
    get taken() {
      return taken
    },
  }
}
