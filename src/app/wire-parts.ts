import { join } from 'node:path'
import { type Certificates, type OpenPasswordHasher, openCertificates, openPasswordHasher } from '#adapters/crypto'
import { openEmbedded } from '#adapters/embedded'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Engine } from './engine.ts'
import { openFailureWords } from './open-failure-words.ts'
import type { ServerSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'

/** What stands behind the ports, opened; everything else is wired from these. */
export interface Parts {
  readonly engine: Engine
  readonly hasher: OpenPasswordHasher
  readonly certificates: Certificates
  readonly settings: () => ServerSettings
  /** Demo mode keeps outbound mail where it can be looked at. */
  readonly catchOutbound: boolean
  readonly log: Log
}

export interface PartsNeeds extends Pick<Parts, 'settings' | 'catchOutbound' | 'log'> {
  readonly data: string
  /** The disk failed: called once, and must not return. */
  readonly onFatal: (error: Error) => void
}

/** Opens the adapters of a server on its data directory, or says in one line why not. */
export async function openParts(needs: PartsNeeds): Promise<Result<Parts, string>> {
  const { data, settings, catchOutbound, log, onFatal } = needs
  const opened = await openEmbedded({ directory: data, create: true, log, onFatal })
  if (!opened.ok) return fail(openFailureWords(data, opened.failure))
  const certificates = openCertificates({
    directory: join(data, 'certificates'),
    paths: () => settings().certificate,
    hostname: () => settings().hostname,
    clock: systemClock,
    log,
  })
  return ok({ engine: opened.value, hasher: openPasswordHasher(), certificates, settings, catchOutbound, log })
}
