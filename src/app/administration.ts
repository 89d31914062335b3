import type { Log } from '#base/log'
import type { Result } from '#base/result'
import { reconcileAccount } from '#mail/accounts'
import { type AdminFailure, type AdminNeeds, type OperationArguments, runOperation } from '#mail/admin'
import { makeDoubts } from './doubt-setting.ts'
import { makeVariables } from './make-variables.ts'
import type { LiveRegistry } from './registry-file.ts'
import type { ServerSettings } from './settings.ts'

export interface AdministrationNeeds extends Pick<AdminNeeds, 'directory' | 'store' | 'queue' | 'hasher'> {
  readonly registry: LiveRegistry
  readonly settings: () => ServerSettings
  readonly log: Log
}

/** Has one operation done: what stands behind the admin socket, and behind a command while no server runs. */
export type Administration = (operation: string, given: OperationArguments) => Promise<Result<unknown, AdminFailure>>

export function makeAdministration(needs: AdministrationNeeds): Administration {
  const { directory, store, queue, hasher, registry, settings, log } = needs
  const adminNeeds: AdminNeeds = {
    directory,
    store,
    queue,
    hasher,
    reconcileAccount: user => reconcileAccount(store, user),
    variables: makeVariables(registry),
    doubtSetting: makeDoubts({ directory, aliasOf: name => settings().aliases(name) }),
    minimumPasswordLength: () => settings().minimumPasswordLength,
    deleteMailboxes: () => settings().deleteMailboxes,
    log,
  }
  return (operation, given) => runOperation(adminNeeds, operation, given)
}
