import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import {
  type AccountId,
  type AccountStore,
  type Change,
  canonicalName,
  type Mailbox,
  type StoreFailure,
} from '#mail/store'
import type { OpName, OpOf, OpValue } from './op.ts'
import type { Shard } from './shard.ts'

/** Rows that are read before others get their turn. */
const rowsAtOnce = 256

type Wanted<K extends OpName> = Omit<OpOf<K>, 'account' | 'at'>

/** One account's mail: writes go to the shard's thread, reads to the connection beside it. */
export function makeAccountStore(shard: Shard, account: AccountId, clock: Clock): AccountStore {
  const { reader, views, messages } = shard
  const run = <K extends OpName>(op: Wanted<K>): Promise<Result<OpValue[K], StoreFailure>> =>
    shard.run<K>({ ...op, account, at: clock() } as unknown as OpOf<K>)
  const done = (outcome: Result<undefined, StoreFailure>): Result<void, StoreFailure> => outcome

  return {
    account,

    async listMailboxes() {
      const all: Mailbox[] = []
      for (;;) {
        if (shard.closed) return all
        const some = reader.mailboxes(account, all.at(-1)?.name ?? '', rowsAtOnce)
        all.push(...some)
        if (some.length < rowsAtOnce) return all
        await nextTurn()
      }
    },
    async findMailbox(name) {
      const canonical = canonicalName(name)
      return canonical === undefined || shard.closed ? undefined : reader.findMailbox(account, canonical)
    },
    listSubscriptions: async () => (shard.closed ? [] : reader.subscriptions(account)),
    subscribe: async (name, subscribed) => done(await run<'subscribe'>({ op: 'subscribe', name, subscribed })),
    createMailbox: (name, specialUse) => run<'create-mailbox'>({ op: 'create-mailbox', name, specialUse }),
    removeMailbox: async name => done(await run<'remove-mailbox'>({ op: 'remove-mailbox', name })),
    renameMailbox: async (from, to) => done(await run<'rename-mailbox'>({ op: 'rename-mailbox', from, to })),

    openMailbox: async id => (shard.closed ? fail('store-closed') : views.open(account, id)),
    append: (mailbox, added) => run<'append'>({ op: 'append', mailbox, messages: added }),
    setFlags: (mailbox, uids, change, unchangedSince) =>
      run<'set-flags'>({ op: 'set-flags', mailbox, uids, change, unchangedSince }),
    copy: (from, uids, to) => run<'copy'>({ op: 'copy', from, uids, to }),
    move: (from, uids, to) => run<'move'>({ op: 'move', from, uids, to }),
    expunge: (mailbox, uids) => run<'expunge'>({ op: 'expunge', mailbox, uids }),

    readFacts: ordinals => messages.facts(account, ordinals),
    readWire: ordinals => messages.wire(account, ordinals),
    async changesSince(since, limit) {
      const all: Change[] = []
      let after: number = since
      while (all.length < limit && !shard.closed) {
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
