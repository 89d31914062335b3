import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

import { ok, type Result } from '#base/result'
import { type Letter, makeDeliver } from '#mail/deliver'
import type { User } from '#mail/directory'
import { type Intake, limitSize, makeIntake, refuseLoops } from '#mail/intake'
import { type Authenticate, makeAuthenticate, makeRevocations, type Revocations } from '#mail/login'
import { type Attempt, type Dispatch, makeDispatch, nextAttempt, type QueueEntry } from '#mail/queue'
import { makeRoute, type Route } from '#mail/route'
import { hasRoom } from '#mail/store'
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

/**
 * P3: the key names the letter and the box that it ends in, so whoever is named twice gets it once. The queue has the
 * generation of the store in its ids, so that a store which was put back gives none of them to another letter.
 */
const letterTo = ({ id, content, received }: QueueEntry, { account }: User): Letter => ({
  content,
  received,
  key: `${id}/${account}`,
})

/** The first that failed, if one did: what is repeated does no harm to the others. */
async function all<T, F>(results: readonly Promise<Result<T, F>>[]): Promise<Result<unknown, F>> {
  const settled = await Promise.all(results)
  return settled.find(each => !each.ok) ?? ok(undefined)
}

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
      const { users } = destination
      const [user] = users as readonly [User]
      const delivered =
        users.length === 1
          ? await deliver(letterTo(entry, user), user)
          : await all(users.map(each => deliver(letterTo(entry, each), each)))
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
    // Most users have no quota, and cost no look into the store.
    isFull: async ({ account, quota: given }) => {
      const quota = given !== undefined && settings().quotaHolds ? await store.readQuota(account) : undefined
      return quota !== undefined && !hasRoom(quota, 1, 1)
    },
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
