import type { Instant } from '#base/clock'

/**
 * How long the next attempt from an address, or at a login, has to wait. Counters are shared by all doors. A wrong secret
 * that was already tried counts once: a telephone with a stale password is not an attack. Pure state, bounded in size.
 */
export interface SlowDown {
  /** Milliseconds to wait before this attempt is looked at; `refused` when the day's measure is full. */
  before(address: string, login: string, now: Instant): number | 'refused'
  failed(address: string, login: string, secretDigest: string, now: Instant): void
  succeeded(address: string, login: string): void
}

interface Failures {
  count: number
  last: number
  readonly tried: string[]
}

/** The first two slips are free; then 2, 4, 8 and at most 15 seconds. */
const delays = [0, 0, 0, 2_000, 4_000, 8_000, 15_000] as const
const forgottenAfter = 60 * 60_000
const refusedFrom = 100
const rememberedSecrets = 10
const rememberedKeys = 20_000

export function makeSlowDown(): SlowDown {
  const known = new Map<string, Failures>()

  const current = (key: string, now: Instant): Failures | undefined => {
    const failures = known.get(key)
    if (failures && now - failures.last > forgottenAfter) {
      known.delete(key)
      return undefined
    }
    return failures
  }

  const count = (key: string, digest: string, now: Instant): void => {
    const failures = current(key, now) ?? { count: 0, last: now, tried: [] }
    failures.last = now
    if (!failures.tried.includes(digest)) {
      failures.count++
      failures.tried.push(digest)
      if (failures.tried.length > rememberedSecrets) failures.tried.shift()
    }
    known.delete(key)
    known.set(key, failures)
    if (known.size > rememberedKeys) known.delete(known.keys().next().value as string)
  }

  return {
    before(address, login, now) {
      const fromAddress = current(`address ${address}`, now)?.count ?? 0
      const atLogin = current(`login ${login}`, now)?.count ?? 0
      // Only an address is ever refused: refusing a login would let anybody lock its owner out.
      if (fromAddress >= refusedFrom) return 'refused'
      return delays[Math.min(Math.max(fromAddress, atLogin), delays.length - 1)] as number
    },
    failed(address, login, secretDigest, now) {
      count(`address ${address}`, `${login} ${secretDigest}`, now)
      count(`login ${login}`, secretDigest, now)
    },
    succeeded(address, login) {
      known.delete(`login ${login}`)
      known.delete(`address ${address}`)
    },
  }
}
