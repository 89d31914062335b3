import { setTimeout as wait } from 'node:timers/promises'
import { openPasswordHasher } from '#adapters/crypto'
import { type OpenFailure, openEmbedded } from '#adapters/embedded'
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
export async function openOffline(data: string, create: boolean): Promise<Result<Offline, AdminFailure>> {
  const engine = await openEngine(data, create)
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

/** Milliseconds: another command has the directory for a moment only. */
const patience = 8_000
const pause = 100

async function openEngine(data: string, create: boolean): Promise<Result<Engine, AdminFailure>> {
  const until = Date.now() + patience
  let opened = await openEmbedded({ directory: data, create, log: silentLog, onFatal: endAtOnce })
  while (!opened.ok && opened.failure.kind === 'locked' && Date.now() < until) {
    await wait(pause)
    opened = await openEmbedded({ directory: data, create, log: silentLog, onFatal: endAtOnce })
  }
  if (opened.ok) return opened
  const { failure } = opened
  return fail({ kind: kindOf(failure), words: openFailureWords(data, failure) })
}

function kindOf(failure: OpenFailure): AdminFailure['kind'] {
  if (failure.kind === 'missing') return 'not-found'
  const denied = failure.kind === 'unreadable' && (failure.errno === 'EACCES' || failure.errno === 'EPERM')
  return denied ? 'denied' : 'failed'
}

function endAtOnce(error: Error): never {
  process.stderr.write(`E: the disk failed: ${error.message}\n`)
  process.exit(1)
}
