import { instant } from '#base/clock'
import type { Log } from '#base/log'
import type { Result } from '#base/result'
import { reconcileAccount } from '#mail/accounts'
import { type AdminFailure, type AdminNeeds, type OperationArguments, runOperation } from '#mail/admin'
import { makeDoubts } from './doubt-setting.ts'
import { makeVariables } from './make-variables.ts'
import type { LiveRegistry } from './registry-file.ts'
import type { ServerSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'

export interface AdministrationNeeds extends Pick<AdminNeeds, 'directory' | 'store' | 'queue' | 'hasher'> {
  readonly registry: LiveRegistry
  readonly settings: () => ServerSettings
  readonly log: Log
}

/** Has one operation done: what stands behind the admin socket, and behind a command while no server runs. */
export type Administration = (operation: string, given: OperationArguments) => Promise<Result<unknown, AdminFailure>>

const day = 24 * 3_600_000

export const makeKeptSince = (settings: () => ServerSettings) => () =>
  instant(systemClock() - settings().retentionDays * day)

/** They read what a user has, judge, and write it anew: two at once would undo each other's work. */
const changesUsers = /^(user|undelete|domain)\.(create|modify|remove|user)$/

/** One after the other, in the order in which they were asked for. */
function makeTurn(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return act => {
    const mine = last.then(act, act)
    last = mine.catch(() => {})
    return mine
  }
}

export function makeAdministration(needs: AdministrationNeeds): Administration {
  const { directory, store, queue, hasher, registry, settings, log } = needs
  const adminNeeds: AdminNeeds = {
    directory,
    store,
    queue,
    hasher,
    reconcileAccount: user => reconcileAccount(store, user),
    variables: makeVariables(registry),
    keptSince: makeKeptSince(settings),
    doubtSetting: makeDoubts({ directory, aliasOf: name => settings().aliases(name) }),
    minimumPasswordLength: () => settings().minimumPasswordLength,
    deleteMailboxes: () => settings().deleteMailboxes,
    log,
  }
  const inTurn = makeTurn()
  return (operation, given) =>
    changesUsers.test(operation)
      ? inTurn(() => runOperation(adminNeeds, operation, given))
      : runOperation(adminNeeds, operation, given)
}
