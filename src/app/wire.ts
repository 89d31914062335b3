import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

import { makeDeliver } from '#mail/deliver'
import { type Intake, limitSize, makeIntake, refuseLoops } from '#mail/intake'
import { type Authenticate, makeAuthenticate, makeRevocations, type Revocations } from '#mail/login'
import { type Attempt, type Dispatch, makeDispatch, nextAttempt } from '#mail/queue'
import { makeRoute, type Route } from '#mail/route'
import { systemClock } from './system-clock.ts'
import type { Parts } from './wire-parts.ts'

/** The post office without its doors. */
export interface PostOffice {
  readonly intake: Intake
  readonly authenticate: Authenticate
  readonly revocations: Revocations
  readonly dispatch: Dispatch
  readonly route: Route
}

/** RFC 5321 §6.3 asks for at least 100 hops before a loop is suspected; fifty is what the Internet has settled on. */
const mostHops = 50

/** The inventory of the server: which room gets what. */
export function wire({ engine, hasher, settings, catchOutbound, log }: Parts): PostOffice {
  const { contents, queue, directory, store } = engine
  const clock = systemClock
  const loginKey = randomBytes(32)
  const aliasOf = (name: string): string | undefined => settings().aliases(name)

  const route = makeRoute({ directory, aliasOf })
  const deliver = makeDeliver(store)

  const dispatch = makeDispatch({
    queue,
    clock,
    log,
    async attempt(entry, { address, state }): Promise<Attempt> {
      const destination = await route(address)
      if (destination.to === 'elsewhere') return catchOutbound ? { state: 'caught', at: clock() } : { state: 'stays' }
      const attempts = (state.state === 'deferred' ? state.attempts : 0) + 1
      const later = (why: string): Attempt => ({
        state: 'deferred',
        until: nextAttempt(clock(), attempts, 'local'),
        attempts,
        why,
      })
      if (destination.to === 'nobody') return later('no-such-user')
      const { content, received } = entry
      const delivered = await deliver({ content, received, key: `${entry.id}/${address}` }, destination.user)
      return delivered.ok ? { state: 'delivered', at: clock() } : later(delivered.failure)
    },
  })

  const intake = makeIntake({
    queue,
    contents,
    dispatch,
    deliver,
    route,
    stages: [limitSize(() => settings().messageSizeLimit), refuseLoops(mostHops)],
    maxBytes: () => settings().messageSizeLimit,
    mayRelay: address => settings().mayRelay(address),
    hostname: () => settings().hostname,
    clock,
    log,
  })

  const authenticate = makeAuthenticate({
    directory,
    hasher,
    digest: text => createHmac('sha256', loginKey).update(text).digest('base64'),
    wait: milliseconds => wait(milliseconds, undefined, { ref: false }),
    cacheSeconds: () => settings().loginCacheSeconds,
    clock,
    log,
  })

  return { intake, authenticate, revocations: makeRevocations(), dispatch, route }
}
