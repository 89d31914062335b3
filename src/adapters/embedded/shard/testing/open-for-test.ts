import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { latin1 } from '#base/bytes'
import type { Clock } from '#base/clock'
import { type Log, silentLog } from '#base/log'
import type { ContentStore, MailStore, StoredContent } from '#mail/store'
import { makeContents } from '../../contents.ts'
import { openIndexWriter } from '../../index-writer.ts'
import { openSegmentFiles } from '../../segment-files.ts'
import { openSegmentLog } from '../../segment-log.ts'
import { watchSpace } from '../../space-watch.ts'
import type { ShardLimits } from '../op.ts'
import { openMailStore } from '../open-mail-store.ts'
import { openInProcessWriter } from './in-process-writer.ts'

export interface TestStore {
  readonly directory: string
  readonly store: MailStore
  readonly contents: ContentStore
  keep(bytes: Uint8Array): Promise<StoredContent>
  /** The same directory, closed and opened again. */
  reopen(): Promise<TestStore>
  /** Ends it and leaves the directory; `close` removes it. */
  stop(): Promise<void>
  close(): Promise<void>
}

export interface TestStoreOptions {
  readonly directory?: string
  readonly shards?: number
  /** The real writing threads, instead of one that opens faster and does not sync. */
  readonly threads?: boolean
  readonly log?: Log
  readonly limits?: Partial<ShardLimits>
  readonly clock?: Clock
  /** Milliseconds that what has ended is kept; unset: for ever. */
  readonly retention?: number
}

/** The mail store and its contents on a temporary directory, without queue and directory. */
export async function openForTest(options: TestStoreOptions = {}): Promise<TestStore> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'hauspost-store-')))
  const folder = join(directory, 'segments')
  await mkdir(folder, { recursive: true })
  const onFatal = (error: Error): void => {
    throw error
  }
  const log = options.log ?? silentLog
  const now = Date.now
  const identity = { storeId: latin1('0123456789abcdef'), generation: 1 }
  const segments = await openSegmentLog({ ...identity, folder, space: watchSpace(folder, 0), now, log, onFatal })
  const files = openSegmentFiles(folder)
  const contents = makeContents({ log: segments, files, spoolFolder: directory, now })
  const store = await openMailStore({
    directory,
    shards: options.shards ?? 1,
    log,
    onFatal,
    openWriter: options.threads ? openIndexWriter : openInProcessWriter,
    ...(options.retention !== undefined && { retention: () => options.retention as number }),
    ...(options.clock && { clock: options.clock }),
    ...(options.limits && { limits: options.limits }),
  })
  const stop = async (): Promise<void> => {
    await store.close()
    await files.close()
    await segments.close()
  }
  return {
    directory,
    store,
    contents,
    async keep(bytes) {
      const draft = contents.begin({ headBytes: 0 })
      await draft.write(bytes)
      const kept = await contents.keep(draft)
      if (!kept.ok) throw new Error(kept.failure)
      return kept.value
    },
    async reopen() {
      await stop()
      return openForTest({ ...options, directory })
    },
    stop,
    async close() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
