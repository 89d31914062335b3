import { statSync } from 'node:fs'
import { fail, ok, type Result } from '#base/result'
import { segmentFile } from '../content-ref.ts'
import type { Database } from '../database.ts'
import { findStore, layoutOf, shardFiles } from '../layout.ts'
import { type DirectoryLock, takeLock } from '../lock.ts'
import { nodeMigrations } from '../node-schema.ts'
import { type OpenFailure, openFailureOf } from '../open-failure.ts'
import { queueMigrations } from '../queue-schema.ts'
import { listSegments } from '../segment-roll.ts'
import { shardMigrations } from '../shard/migrations.ts'
import type { StoreFile } from '../store-file.ts'
import { checkSegment } from './check-contents.ts'
import { checkIndex } from './check-index.ts'
import { checkQueue } from './check-queue.ts'
import { type CheckedShard, openShardCheck } from './check-shard.ts'
import { checkUsers, readUserNames } from './check-users.ts'
import { Findings, type Progress, type StoreReport } from './finding.ts'
import { type Reference, References } from './references.ts'

export interface VerifyOptions {
  /** Also every byte of every content, and what is kept beside it. */
  readonly deep: boolean
  readonly onProgress?: (progress: Progress) => void
}

/**
 * Reads a whole data directory, that of a running server as well, and says what is wrong with it. Changes nothing; while no
 * server runs it holds the directory, so that none starts under it. For a program of its own: it does not wait for anybody.
 */
export async function verifyStore(
  directory: string,
  options: VerifyOptions,
): Promise<Result<StoreReport, OpenFailure>> {
  const open: Database[] = []
  let lock: DirectoryLock | undefined
  try {
    const store = await findStore(directory, false, 1)
    lock = lockIfFree(layoutOf(directory).run)
    return ok(await verify(directory, store, options, open))
  } catch (error) {
    const failure = openFailureOf(error, directory)
    if (!failure) throw error
    return fail(failure)
  } finally {
    for (const database of open) database.close()
    lock?.release()
  }
}

/** Somebody who may only read looks all the same. */
function lockIfFree(run: string): DirectoryLock | undefined {
  try {
    const lock = takeLock(run)
    return lock.ok ? lock.value : undefined
  } catch {
    return undefined
  }
}

async function verify(
  directory: string,
  store: StoreFile,
  { deep, onProgress = () => {} }: VerifyOptions,
  open: Database[],
): Promise<StoreReport> {
  const layout = layoutOf(directory)
  const findings = new Findings()
  const references = new References()
  const files = shardFiles(layout, store.shards)
  let asked = 0
  const index = (file: string, known: number): Database | undefined => {
    onProgress({ what: 'indexes', done: asked++, total: files.length + 2 })
    const database = checkIndex(file, known, store, deep, findings)
    if (database) open.push(database)
    return database
  }
  const queueIndex = index(layout.queue, queueMigrations.length)
  const nodeIndex = index(layout.node, nodeMigrations.length)
  const shardIndexes = files.map(file => index(file, shardMigrations.length))

  const names = nodeIndex && readUserNames(nodeIndex)
  const userOf = (account: number): string => names?.get(account) ?? `account ${account}`
  const queue = queueIndex && checkQueue(queueIndex, findings, references)
  const shards = shardIndexes.map(
    (database, shard): CheckedShard | undefined =>
      database && openShardCheck({ database, shard, shards: store.shards, findings, references, userOf }),
  )
  const total = shards.reduce((sum, shard) => sum + (shard?.accounts.size ?? 0), 0)
  let done = 0
  for (const [number, shard] of shards.entries()) {
    try {
      shard?.checkAccounts(() => onProgress({ what: 'accounts', done: ++done, total }))
      shard?.checkKeys()
    } catch (error) {
      findings.lost(`shard ${number}`, `its rows cannot be read: ${(error as Error).message}`)
    }
  }
  if (nodeIndex) checkUsers(nodeIndex, shards, findings)

  const numbers = new Set([...references.segments, ...(await listSegments(layout.segments).catch(() => []))])
  for (const [segment, length] of queue?.segments ?? []) {
    const size = statSync(segmentFile(layout.segments, segment), { throwIfNoEntry: false })?.size
    if (size === undefined) findings.lost(`segment ${segment}`, 'the file is missing')
    else if (size < length) findings.lost(`segment ${segment}`, `it has ${size} bytes, ${length} were written`)
  }
  const bytes = sizesOf(layout.segments, numbers)
  let read = 0
  for (const segment of [...numbers].sort((a, b) => a - b)) {
    const of = (reference: Reference) => (reference.shard < 0 ? queue : shards[reference.shard])
    checkSegment(
      {
        folder: layout.segments,
        store,
        references,
        deep,
        findings,
        isStill: reference => of(reference)?.isStill(reference, segment) ?? true,
        nameOf: reference => of(reference)?.nameOf(reference) ?? `row ${reference.id}`,
        compare: (reference, payload, dotted) => shards[reference.shard]?.compare(reference, payload, dotted),
        onBytes(more) {
          read += more
          onProgress({ what: 'contents', done: read, total: bytes })
        },
      },
      segment,
    )
  }
  return findings.report
}

const sizesOf = (folder: string, segments: Iterable<number>): number => {
  let sum = 0
  for (const segment of segments) sum += statSync(segmentFile(folder, segment), { throwIfNoEntry: false })?.size ?? 0
  return sum
}
