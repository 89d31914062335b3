import { mkdirSync } from 'node:fs'
import { openPasswordHasher } from '#adapters/crypto'
import { openEmbedded } from '#adapters/embedded'
import { silentLog } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { AdminFailure } from '#mail/admin'
import { type Administration, makeAdministration } from './administration.ts'
import type { Engine } from './engine.ts'
import { openFailureWords } from './open-failure-words.ts'
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
  const opened = await openEmbedded({ directory: data, create: true, log: silentLog, onFatal: endAtOnce })
  if (opened.ok) return opened
  const { failure } = opened
  const denied = failure.kind === 'unreadable' && (failure.errno === 'EACCES' || failure.errno === 'EPERM')
  return fail({ kind: denied ? 'denied' : 'failed', words: openFailureWords(data, failure) })
}

function endAtOnce(error: Error): never {
  process.stderr.write(`E: the disk failed: ${error.message}\n`)
  process.exit(1)
}
