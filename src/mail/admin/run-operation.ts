import { fail, type Result } from '#base/result'
import type { OperationArguments } from './arguments.ts'
import type { AdminFailure } from './failure.ts'
import type { AdminNeeds } from './needs.ts'
import type { Operation } from './operation.ts'
import { createDomain, listDomains, removeDomain } from './operations/domains.ts'
import { listDecisions, listQueue, removeQueueEntry, showQueueEntry } from './operations/queue.ts'
import { bringBack, listRemovedUsers, listRetained, listRetainedMessages, restoreUser } from './operations/undelete.ts'
import { createUser, listUsers, modifyUser, removeUser } from './operations/users.ts'
import { listVariables, setVariables, unsetVariables } from './operations/variables.ts'

/** Everything that consoles, command lines and scripts can ask for, by name. */
export const operations: Readonly<Record<string, Operation>> = {
  'domain.list': listDomains,
  'domain.create': createDomain,
  'domain.remove': removeDomain,
  'user.list': listUsers,
  'user.create': createUser,
  'user.modify': modifyUser,
  'user.remove': removeUser,
  'variable.list': listVariables,
  'variable.set': setVariables,
  'variable.unset': unsetVariables,
  'queue.list': listQueue,
  'queue.show': showQueueEntry,
  'queue.remove': removeQueueEntry,
  'decision.list': listDecisions,
  'undelete.users': listRemovedUsers,
  'undelete.user': restoreUser,
  'undelete.list': listRetained,
  'undelete.messages': listRetainedMessages,
  'undelete.mail': bringBack,
}

/** Changes are logged by name and object, never with their values: one of them is a password. */
export async function runOperation(
  needs: AdminNeeds,
  name: string,
  given: OperationArguments,
): Promise<Result<unknown, AdminFailure>> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (!operation) return fail({ kind: 'usage', words: `there is no operation '${name.slice(0, 80)}'` })
  try {
    return await operation(needs, given)
  } catch (error) {
    needs.log('error', 'operation-failed', {
      operation: name,
      reason: error instanceof Error ? error.message : 'unknown',
    })
    return fail({ kind: 'failed', words: 'the server could not do it; its log says why' })
  }
}
