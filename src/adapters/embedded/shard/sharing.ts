import { setImmediate as nextTurn } from 'node:timers/promises'
import { asciiLower } from '#base/bytes'
import type { Clock } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import {
  type AccountId,
  accountId,
  canonicalName,
  firstSharedAccount,
  type Grant,
  type MailStore,
  type SharedAccount,
  StoreClosed,
  type StoreFailure,
} from '#mail/store'
import type { Shard } from './shard.ts'

/** Mailboxes that are read before others get their turn. */
const mailboxesAtOnce = 256

type Sharing = Pick<MailStore, 'listGrants' | 'createSharedAccount' | 'listSharedAccounts'>

/** What goes over all shards: who may see something anywhere, and the trees that are nobody's. */
export function makeSharing(shards: readonly Shard[], shardOf: (account: AccountId) => Shard, clock: Clock): Sharing {
  const stillOpen = (): void => {
    if (shards.some(shard => shard.closed)) throw new StoreClosed()
  }
  /** One after the other: names and numbers are given once among all shards. */
  let last: Promise<unknown> = Promise.resolve()

  const listed = (): SharedAccount[] => {
    stillOpen()
    return shards.flatMap(shard => shard.reader.sharedAccounts())
  }

  const create = async (wanted: string): Promise<Result<SharedAccount, StoreFailure>> => {
    const name = canonicalName(wanted)
    if (name === undefined || name.includes('/')) return fail('invalid-name')
    const lower = asciiLower(name)
    if (listed().some(each => asciiLower(each.name) === lower)) return fail('mailbox-exists')
    const before = shards.map(shard => shard.reader.lastAccount())
    const account = accountId(Math.max(firstSharedAccount - 1, ...before) + 1)
    const made = await shardOf(account).run<'create-account'>({
      op: 'create-account',
      account,
      at: clock(),
      mailboxes: [],
      shared: name,
    })
    return made.ok ? ok({ account, name }) : made
  }

  return {
    async listGrants(names) {
      const all: Grant[] = []
      for (const { reader } of shards)
        for (let after = 0; ; await nextTurn()) {
          stillOpen()
          const some = reader.grants(names, after, mailboxesAtOnce)
          all.push(...some)
          if (some.length < mailboxesAtOnce) break
          after = some.at(-1)?.mailbox.id ?? after
        }
      return all
    },
    createSharedAccount(name) {
      const created = last.then(() => create(name))
      last = created.catch(() => undefined)
      return created
    },
    listSharedAccounts: async () => listed(),
  }
}
