import { mkdirSync } from 'node:fs'
import { openPasswordHasher } from '#adapters/crypto'
import { openEmbedded } from '#adapters/embedded'
import { silentLog } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { AdminFailure } from '#mail/admin'
import { type Administration, makeAdministration } from './administration.ts'
import type { Engine } from './engine.ts'
import { openRegistry } from './registry-file.ts'
import { makeSettings } from './settings.ts'

export interface Offline {
  readonly ask: Administration
  readonly close: () => Promise<void>
}

/** The administration of a data directory on which no server runs; it holds the directory's lock until it is closed. */
export async function openOffline(data: string): Promise<Result<Offline, AdminFailure>> {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const engine = await openEngine(data)
  if (!engine.ok) return engine
  const registry = openRegistry(data)
  if (!registry.ok) {
    await engine.value.close()
    return fail({ kind: 'failed', words: registry.failure.join('\n') })
  }
  const hasher = openPasswordHasher()
  const { directory, store, queue } = engine.value
  const ask = makeAdministration({
    directory,
    store,
    queue,
    hasher,
    registry: registry.value,
    settings: makeSettings(registry.value.current),
    log: silentLog,
  })
  return ok({
    ask,
    async close() {
      await hasher.close()
      await engine.value.close()
    },
  })
}

async function openEngine(data: string): Promise<Result<Engine, AdminFailure>> {
  try {
    return ok(await openEmbedded(data))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail({ kind: 'failed', words: `${data} cannot be opened: ${reason}` })
  }
}
