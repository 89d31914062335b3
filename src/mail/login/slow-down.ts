import type { Instant } from '#base/clock'
import { networkOf } from '#standards/address'

/** From where, and at what: `login` names the account where there is one, so that its spellings share a counter. */
export interface LoginAttempt {
  readonly address: string
  readonly login: string
}

/**
 * How long the next attempt from a network, or at a login, has to wait. Counters are shared by all doors. A wrong secret
 * that was already tried counts once: a telephone with a stale password is not an attack. Pure state, bounded in size.
 */
export interface SlowDown {
  /** Milliseconds to wait before this attempt is looked at; `refused` when the network's measure is full. */
  before(attempt: LoginAttempt, now: Instant): number | 'refused'
  /** Takes a place in the measure while a secret is verified, so that guesses in flight count. Each true wants one `end`. */
  begin(attempt: LoginAttempt, now: Instant): boolean
  end(attempt: LoginAttempt): void
  failed(attempt: LoginAttempt, secretDigest: string, now: Instant): void
  /** Forgives the login, never the network: an own login between guesses must not hide the guesses. */
  succeeded(attempt: LoginAttempt, now: Instant): void
}

interface Failures {
  count: number
  last: number
  readonly tried: string[]
}

/** The first two slips are free; then 2, 4, 8 and at most 15 seconds. */
const delays = [0, 0, 0, 2_000, 4_000, 8_000, 15_000] as const
const forgottenAfter = 60 * 60_000
/** One failure of a network is forgotten in this time: a hundred a day are the most, and an office's slips never add up. */
const forgivenAfter = 15 * 60_000
const refusedFrom = 100
const rememberedSecrets = 10
const rememberedKeys = 20_000

export function makeSlowDown(): SlowDown {
  const networks = new Map<string, Failures>()
  const logins = new Map<string, Failures>()
  const inFlight = new Map<string, number>()
  /** Who has logged in from where: behind one address of an office they do not wait for a colleague's slips. */
  const familiar = new Map<string, true>()

  const atLogin = (login: string, now: Instant): number => {
    const failures = logins.get(login)
    return failures === undefined || now - failures.last > forgottenAfter ? 0 : failures.count
  }
  const fromNetwork = (network: string, now: Instant): number => {
    const failures = networks.get(network)
    return failures === undefined ? 0 : Math.ceil(leftOf(failures, now))
  }
  /** Guesses at the login itself end the favour. */
  const isFamiliar = (network: string, login: string, now: Instant): boolean =>
    familiar.has(`${network} ${login}`) && atLogin(login, now) < delays.length

  const count = (known: Map<string, Failures>, key: string, digest: string, left: number, now: Instant): void => {
    const failures = known.get(key) ?? { count: 0, last: now, tried: [] }
    if (left === 0) failures.tried.length = 0
    failures.count = left
    failures.last = now
    if (!failures.tried.includes(digest)) {
      failures.count++
      failures.tried.push(digest)
      if (failures.tried.length > rememberedSecrets) failures.tried.shift()
    }
    remember(known, key, failures)
  }

  return {
    before({ address, login }, now) {
      const network = networkOf(address)
      const guesses = isFamiliar(network, login, now) ? 0 : fromNetwork(network, now)
      // Only a network is ever refused: refusing a login would let anybody lock its owner out.
      if (guesses >= refusedFrom) return 'refused'
      return delays[Math.min(Math.max(guesses, atLogin(login, now)), delays.length - 1)] as number
    },
    begin({ address, login }, now) {
      const network = networkOf(address)
      const flying = inFlight.get(network) ?? 0
      const guesses = isFamiliar(network, login, now) ? 0 : fromNetwork(network, now)
      if (guesses + flying >= refusedFrom) return false
      inFlight.set(network, flying + 1)
      return true
    },
    end({ address }) {
      const network = networkOf(address)
      const flying = (inFlight.get(network) ?? 1) - 1
      if (flying > 0) inFlight.set(network, flying)
      else inFlight.delete(network)
    },
    failed({ address, login }, secretDigest, now) {
      const network = networkOf(address)
      const before = networks.get(network)
      count(networks, network, secretDigest, before ? leftOf(before, now) : 0, now)
      count(logins, login, secretDigest, atLogin(login, now), now)
    },
    succeeded({ address, login }, now) {
      if (atLogin(login, now) < delays.length) remember(familiar, `${networkOf(address)} ${login}`, true)
      logins.delete(login)
    },
  }
}

const leftOf = ({ count, last }: Failures, now: Instant): number =>
  Math.max(0, count - Math.max(0, now - last) / forgivenAfter)

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key)
  known.set(key, value)
  if (known.size > rememberedKeys) known.delete(known.keys().next().value as string)
}
