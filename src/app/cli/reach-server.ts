import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Result } from '#base/result'
import type { AdminFailure, OperationArguments } from '#mail/admin'
import { askAdmin } from '#servers/admin'
import { makeVariables } from '../make-variables.ts'
import { openRegistry } from '../registry-file.ts'

export type Ask = (operation: string, given: OperationArguments) => Promise<Result<unknown, AdminFailure>>

/** What may be the first act on a data directory. */
const makesDirectory: ReadonlySet<string> = new Set(['domain.create', 'user.create', 'variable.set'])

/**
 * Has operations done: by the server that runs on this data directory, or, while none does, by ourselves. Tells when that
 * has made the directory: a mistyped path would make one, too.
 */
export async function reachServer<T>(
  data: string,
  use: (ask: Ask) => Promise<T>,
  tellMade: (words: string) => void = () => {},
): Promise<T> {
  const socket = join(data, 'run', 'admin.sock')
  let offline: { readonly ask: Ask; readonly close: () => Promise<void> } | undefined
  const ask: Ask = async (operation, given) => {
    if (offline === undefined) {
      const answered = existsSync(socket) ? await askAdmin(socket, { operation, arguments: given }) : undefined
      if (answered) return answered
      if (!existsSync(data) && !makesDirectory.has(operation)) {
        return fail({ kind: 'not-found', words: `there is no data directory ${data}` })
      }
      if (operation === 'variable.list') return readVariables(data, given)
      const { openOffline } = await import('../wire-admin.ts')
      const isNew = !existsSync(data)
      const opened = await openOffline(data, makesDirectory.has(operation))
      if (!opened.ok) return opened
      if (isNew) tellMade(`${data} is made: a new data directory`)
      offline = opened.value
    }
    return offline.ask(operation, given)
  }
  try {
    return await use(ask)
  } finally {
    await offline?.close()
  }
}

/** Reading needs no lock: the files are replaced whole. */
async function readVariables(data: string, given: OperationArguments): Promise<Result<unknown, AdminFailure>> {
  const registry = openRegistry(data)
  if (!registry.ok) return fail({ kind: 'failed', words: registry.failure.join('\n') })
  return makeVariables(registry.value).list(given.keys as readonly string[])
}
