import { join } from 'node:path'
import { type Certificates, type OpenPasswordHasher, openCertificates, openPasswordHasher } from '#adapters/crypto'
import { openEmbedded, whoHolds } from '#adapters/embedded'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Engine } from './engine.ts'
import { fileFailureWords } from './file-failure-words.ts'
import { openFailureWords } from './open-failure-words.ts'
import type { ServerSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'

const day = 24 * 3_600_000

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

/** The words about the server that has this data directory now, asked before anything is made on disk. */
export function findHolder(data: string): string | undefined {
  const holder = whoHolds(data)
  return holder && openFailureWords(data, holder)
}

/** Opens the adapters of a server on its data directory, or says in one line why not. */
export async function openParts(needs: PartsNeeds): Promise<Result<Parts, string>> {
  const { data, settings, catchOutbound, log, onFatal } = needs
  const opened = await openEmbedded({
    directory: data,
    create: true,
    log,
    onFatal,
    quotaHolds: () => settings().quotaHolds,
    retention: () => settings().retentionDays * day,
  })
  if (!opened.ok) return fail(openFailureWords(data, opened.failure))
  const certificates = openCertificates({
    directory: join(data, 'certificates'),
    paths: () => settings().certificate,
    hostname: () => settings().hostname,
    clock: systemClock,
    log,
  })
  if (!certificates.ok) {
    const { path, reason } = certificates.failure
    await opened.value.close()
    return fail(fileFailureWords(data, path, reason))
  }
  const hasher = openPasswordHasher()
  return ok({ engine: opened.value, hasher, certificates: certificates.value, settings, catchOutbound, log })
}

export async function closeParts({ engine, hasher }: Parts): Promise<void> {
  await hasher.close()
  await engine.close()
}
