import { join } from 'node:path'
import { type Clock, instant } from '#base/clock'
import type { Log } from '#base/log'
import { type AccountId, accountId, type MailStore, StoreClosed } from '#mail/store'
import type { openIndexWriter } from '../index-writer.ts'
import { openAccountIn } from './account-store.ts'
import { type ShardLimits, shardLimits } from './op.ts'
import { openShard, type Shard } from './shard.ts'
import { makeSharing } from './sharing.ts'

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
  /** For how long what was expunged or removed is kept, in milliseconds; asked every minute. Unset: for ever. */
  readonly retention?: () => number
  /** Do quotas hold? Asked at each write. */
  readonly quotaHolds?: () => boolean
}

export type OpenMailStore = MailStore & { close(): Promise<void> }

export async function openMailStore(options: MailStoreOptions): Promise<OpenMailStore> {
  const { directory, shards: count, log, onFatal, openWriter } = options
  const clock = options.clock ?? (() => instant(Date.now()))
  const limits = { ...shardLimits, ...options.limits }
  const limited = options.quotaHolds ?? (() => true)
  const opening = Array.from({ length: count }, (_, shard) =>
    openShard({
      file: join(directory, 'shards', String(shard).padStart(2, '0'), 'index.sqlite'),
      context: { shard, shards: count, directory, limits },
      log,
      onFatal,
      openWriter,
      limited,
    }),
  )
  const opened = await Promise.allSettled(opening)
  const shards = opened.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  const failed = opened.find(each => each.status === 'rejected')
  if (failed) {
    await Promise.all(shards.map(shard => shard.close()))
    throw failed.reason
  }
  const stopTelling = tellRetention(shards, options.retention, clock)
  const shardOf = (account: AccountId): Shard => shards[account % count] as Shard

  const sharing = makeSharing(shards, shardOf, clock)

  return {
    ...sharing,
    createAccount: (account, mailboxes) =>
      shardOf(account).run<'create-account'>({ op: 'create-account', account, at: clock(), mailboxes }),
    removeAccount: account => shardOf(account).run<'remove-account'>({ op: 'remove-account', account, at: clock() }),
    openAccount: async account => openAccountIn(shardOf(account), account, clock),
    deliver: ({ account, mailbox, message, key }) =>
      shardOf(account).run<'deliver'>({
        op: 'deliver',
        account,
        at: clock(),
        mailbox,
        message,
        key,
        limited: limited(),
      }),
    setQuota: (account, quota) =>
      shardOf(account).run<'set-quota'>({ op: 'set-quota', account, at: clock(), limits: quota }),
    restoreAccount: account => shardOf(account).run<'restore-account'>({ op: 'restore-account', account, at: clock() }),
    async accountState(account) {
      const shard = shardOf(account)
      if (shard.closed) throw new StoreClosed()
      return shard.reader.accountState(account)
    },
    async readQuota(account) {
      const shard = shardOf(account)
      if (shard.closed) throw new StoreClosed()
      return shard.reader.quota(account)
    },
    async close() {
      stopTelling()
      await Promise.all(shards.map(shard => shard.close()))
    },
  }
}

const minute = 60_000

/** The threads have neither settings nor a wish to ask for them. */
function tellRetention(shards: readonly Shard[], retention: (() => number) | undefined, clock: Clock): () => void {
  if (!retention) return () => {}
  let told: number | undefined
  const tell = (): void => {
    const milliseconds = retention()
    if (milliseconds === told) return
    told = milliseconds
    const op = { op: 'retention', account: accountId(0), at: clock(), milliseconds } as const
    // Whoever is closing has nothing to purge any more.
    for (const shard of shards) shard.run<'retention'>(op).catch(() => {})
  }
  tell()
  const timer = setInterval(tell, minute).unref()
  return () => clearInterval(timer)
}
