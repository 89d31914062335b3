import type { Database } from '../database.ts'
import type { CheckedShard } from './check-shard.ts'
import type { Findings } from './finding.ts'

export const readUserNames = (database: Database): ReadonlyMap<number, string> =>
  new Map(database.prepare<[], [number, string]>('SELECT account, username FROM user').raw().all())

/** The directory's accounts beside those of the store. */
export function checkUsers(
  database: Database,
  shards: readonly (CheckedShard | undefined)[],
  findings: Findings,
): void {
  // Once more: who was made while the shards were read has a number now.
  const names = readUserNames(database)
  const given = Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'user'").pluck().get() ?? 0)
  const missing = new Set(names.keys())
  for (const shard of shards) {
    for (const account of shard?.accounts ?? []) {
      missing.delete(account)
      if (!names.has(account)) findings.counts.accountsWithoutUser++
      if (account > given)
        findings.lost(`account ${account}`, 'its number would be given to a new user, with all its mail')
    }
    for (const account of shard?.removed ?? []) {
      missing.delete(account)
      const name = names.get(account)
      if (name !== undefined)
        findings.lost(
          name,
          `the mail of this user was erased, the user is still there: 'udm users/user remove' ends it`,
        )
    }
  }
  findings.counts.usersWithoutAccount = missing.size
}
