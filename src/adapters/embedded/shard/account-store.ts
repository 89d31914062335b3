import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import {
  type AccountId,
  type AccountStore,
  type Change,
  canonicalName,
  type Mailbox,
  type MailboxId,
  noLimits,
  StoreClosed,
  type StoreFailure,
} from '#mail/store'
import { listRetained, readRetained } from './list-retained.ts'
import type { OpName, OpOf, OpValue } from './op.ts'
import type { Shard } from './shard.ts'

/** Rows that are read before others get their turn. */
const rowsAtOnce = 256
/** The weight of changes that opening a mailbox replays on its own thread: some milliseconds. */
const mostToReplay = 4_000

type Wanted<K extends OpName> = Omit<OpOf<K>, 'account' | 'at'>

/** One account's mail: writes go to the shard's thread, reads to the connection beside it. */
export function makeAccountStore(shard: Shard, account: AccountId, clock: Clock): AccountStore {
  const { reader, views, messages } = shard
  const run = <K extends OpName>(op: Wanted<K>): Promise<Result<OpValue[K], StoreFailure>> =>
    shard.run<K>({ ...op, account, at: clock() } as unknown as OpOf<K>)
  /** Nobody may take a closed store for an empty one. */
  const stillOpen = (): void => {
    if (shard.closed) throw new StoreClosed()
  }
  /** The writer reads the long tail, off this thread. Opening works without it as well, and says what is wrong. */
  const checkpoint = (mailbox: MailboxId): Promise<unknown> =>
    run<'checkpoint'>({ op: 'checkpoint', mailbox }).catch(() => undefined)
  const done = (outcome: Result<undefined, StoreFailure>): Result<void, StoreFailure> => outcome

  return {
    account,

    async listMailboxes() {
      const all: Mailbox[] = []
      for (;;) {
        stillOpen()
        const some = reader.mailboxes(account, all.at(-1)?.name ?? '', rowsAtOnce)
        all.push(...some)
        if (some.length < rowsAtOnce) return all
        await nextTurn()
      }
    },
    async findMailbox(name) {
      stillOpen()
      const canonical = canonicalName(name)
      return canonical === undefined ? undefined : reader.findMailbox(account, canonical)
    },
    async listSubscriptions() {
      stillOpen()
      return reader.subscriptions(account)
    },
    subscribe: async (name, subscribed) => done(await run<'subscribe'>({ op: 'subscribe', name, subscribed })),
    createMailbox: (name, specialUse) => run<'create-mailbox'>({ op: 'create-mailbox', name, specialUse }),
    removeMailbox: async name => done(await run<'remove-mailbox'>({ op: 'remove-mailbox', name })),
    renameMailbox: async (from, to) => done(await run<'rename-mailbox'>({ op: 'rename-mailbox', from, to })),

    async openMailbox(id) {
      if (!shard.closed && reader.pending(id) > mostToReplay) await checkpoint(id)
      return shard.closed ? fail('store-closed') : views.open(account, id)
    },
    recentFrom: async id => views.recentFrom(id),
    append: (mailbox, added) => run<'append'>({ op: 'append', mailbox, messages: added, limited: shard.limited }),
    setFlags: (mailbox, uids, change, unchangedSince) =>
      run<'set-flags'>({ op: 'set-flags', mailbox, uids, change, unchangedSince }),
    copy: (from, uids, to) => run<'copy'>({ op: 'copy', from, uids, to, limited: shard.limited }),
    move: (from, uids, to) => run<'move'>({ op: 'move', from, uids, to, limited: shard.limited }),
    expunge: (mailbox, uids) => run<'expunge'>({ op: 'expunge', mailbox, uids }),

    async listRights(mailbox) {
      stillOpen()
      return reader.rights(account, mailbox)
    },
    changeRights: async (mailbox, change) => done(await run<'change-rights'>({ op: 'change-rights', mailbox, change })),

    readFacts: ordinals => messages.facts(account, ordinals),
    readWire: ordinals => messages.wire(account, ordinals),
    async quota() {
      stillOpen()
      return reader.quota(account) ?? { used: { bytes: 0, messages: 0 }, limits: noLimits }
    },
    async listRetained() {
      stillOpen()
      return listRetained(reader.retained, account)
    },
    readRetained: mailbox => readRetained(reader, account, mailbox, stillOpen),
    bringBack: (mailbox, uids, to) =>
      run<'bring-back'>({ op: 'bring-back', mailbox, uids, to, limited: shard.limited }),
    async changesSince(since, limit) {
      const all: Change[] = []
      let after: number = since
      while (all.length < limit) {
        stillOpen()
        const { changes, more } = reader.changes(account, after, Math.min(rowsAtOnce, limit - all.length))
        all.push(...changes)
        if (!more) break
        after = all.at(-1)?.modseq ?? after
        await nextTurn()
      }
      return all
    },
  }
}

export const openAccountIn = (shard: Shard, account: AccountId, clock: Clock): Result<AccountStore, StoreFailure> => {
  if (shard.closed) return fail('store-closed')
  return shard.reader.hasAccount(account) ? ok(makeAccountStore(shard, account, clock)) : fail('no-such-account')
}
