import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Result } from '#base/result'
import type { AdminFailure, OperationArguments } from '#mail/admin'
import { askAdmin } from '#servers/admin'

export type Ask = (operation: string, given: OperationArguments) => Promise<Result<unknown, AdminFailure>>

/** Has operations done: by the server that runs on this data directory, or, while none does, by ourselves. */
export async function reachServer<T>(data: string, use: (ask: Ask) => Promise<T>): Promise<T> {
  const socket = join(data, 'run', 'admin.sock')
  let offline: { readonly ask: Ask; readonly close: () => Promise<void> } | undefined
  const ask: Ask = async (operation, given) => {
    if (offline === undefined) {
      const answered = existsSync(socket) ? await askAdmin(socket, { operation, arguments: given }) : undefined
      if (answered) return answered
      if (!existsSync(data) && !/\.(create|set)$/.test(operation)) {
        return fail({ kind: 'not-found', words: `there is no data directory ${data}` })
      }
      const { openOffline } = await import('../wire-admin.ts')
      const opened = await openOffline(data)
      if (!opened.ok) return opened
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
