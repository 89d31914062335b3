import { instant } from '#base/clock'
import type { Credential, RemovedUser, UserQuota } from '#mail/directory'
import { accountId } from '#mail/store'
import type { Database } from './database.ts'

interface StoredUser {
  readonly account: number
  readonly username: string
  readonly display_name: string | null
  readonly disabled: number
  readonly credential_version: number
  readonly password_hash: string
  readonly quota_megabytes: number | null
  readonly quota_messages: number | null
}

/** The primary address has place 0; the alternatives follow. */
export const primaryPlace = 0

export interface UserRows {
  listDomains(): readonly string[]
  listUsers(): readonly Credential[]
  findUser(username: string): Credential | undefined
  /** The latest first. */
  listRemoved(): readonly RemovedUser[]
}

function quotaOf({ quota_megabytes: megabytes, quota_messages: messages }: StoredUser): { readonly quota?: UserQuota } {
  if (megabytes === null && messages === null) return {}
  return { quota: { ...(megabytes === null ? {} : { megabytes }), ...(messages === null ? {} : { messages }) } }
}

/** Reads users whole, from the writing thread's connection or from one that only reads. */
export function readUserRows(database: Database): UserRows {
  const domains = database.prepare<[], { name: string }>('SELECT name FROM mail_domain ORDER BY name')
  const users = database.prepare<[], StoredUser>('SELECT * FROM user ORDER BY username')
  const removed = database.prepare<[], { at: number; credential: string }>(
    'SELECT at, credential FROM removed_user ORDER BY at DESC, account DESC',
  )
  const user = database.prepare<[string], StoredUser>('SELECT * FROM user WHERE username = ?')
  const addresses = database.prepare<[number], { address: string; place: number }>(
    'SELECT address, place FROM address WHERE account = ? ORDER BY place',
  )

  const credentialOf = (row: StoredUser): Credential => {
    const found = addresses.all(row.account)
    const primary = found.find(({ place }) => place === primaryPlace)?.address
    return {
      user: {
        account: accountId(row.account),
        username: row.username,
        ...(row.display_name === null ? {} : { displayName: row.display_name }),
        ...(primary === undefined ? {} : { primaryAddress: primary }),
        alternativeAddresses: found.filter(({ place }) => place !== primaryPlace).map(({ address }) => address),
        disabled: row.disabled !== 0,
        credentialVersion: row.credential_version,
        ...quotaOf(row),
      },
      passwordHash: row.password_hash,
    }
  }

  return {
    listDomains: () => domains.all().map(({ name }) => name),
    listRemoved: () =>
      removed.all().map(({ at, credential }) => ({
        user: (JSON.parse(credential) as Credential).user,
        removed: instant(at),
      })),
    listUsers: () => users.all().map(credentialOf),
    findUser(username) {
      const row = user.get(username)
      return row && credentialOf(row)
    },
  }
}
