import { join } from 'node:path'
import { type Clock, instant } from '#base/clock'
import type { Log } from '#base/log'
import type { AccountId, MailStore } from '#mail/store'
import type { openIndexWriter } from '../index-writer.ts'
import { openAccountIn } from './account-store.ts'
import { type ShardLimits, shardLimits } from './op.ts'
import { openShard, type Shard } from './shard.ts'

export interface MailStoreOptions {
  /** The data directory: `shards/` and `segments/` stand in it. */
  readonly directory: string
  /** How many there are; a directory keeps the number it was made with. */
  readonly shards: number
  readonly log: Log
  readonly onFatal: (error: Error) => void
  readonly openWriter: typeof openIndexWriter
  readonly clock?: Clock
  readonly limits?: Partial<ShardLimits>
}

export type OpenMailStore = MailStore & { close(): Promise<void> }

export async function openMailStore(options: MailStoreOptions): Promise<OpenMailStore> {
  const { directory, shards: count, log, onFatal, openWriter } = options
  const clock = options.clock ?? (() => instant(Date.now()))
  const limits = { ...shardLimits, ...options.limits }
  const opening = Array.from({ length: count }, (_, shard) =>
    openShard({
      file: join(directory, 'shards', String(shard).padStart(2, '0'), 'index.sqlite'),
      context: { shard, shards: count, directory, limits },
      log,
      onFatal,
      openWriter,
    }),
  )
  const opened = await Promise.allSettled(opening)
  const shards = opened.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = opened.find(each => each.status === 'rejected')
  if (failed) {
    await Promise.all(shards.map(shard => shard.close()))
    throw failed.reason
  }
  const shardOf = (account: AccountId): Shard => shards[account % count] as Shard

  return {
    createAccount: (account, mailboxes) =>
      shardOf(account).run<'create-account'>({ op: 'create-account', account, at: clock(), mailboxes }),
    removeAccount: account => shardOf(account).run<'remove-account'>({ op: 'remove-account', account, at: clock() }),
    openAccount: async account => openAccountIn(shardOf(account), account, clock),
    deliver: ({ account, mailbox, message, key }) =>
      shardOf(account).run<'deliver'>({ op: 'deliver', account, at: clock(), mailbox, message, key }),
    async close() {
      await Promise.all(shards.map(shard => shard.close()))
    },
  }
}
