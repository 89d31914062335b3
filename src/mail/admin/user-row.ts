import type { User } from '#mail/directory'

/** A user as the command line and the console see them; never with a password. */
export interface UserRow {
  readonly dn: string
  readonly properties: {
    readonly username: string
    readonly displayName?: string
    readonly mailPrimaryAddress?: string
    readonly mailAlternativeAddress: readonly string[]
    readonly disabled: string
    readonly [name: string]: string | readonly string[] | undefined
  }
}

export const userDn = (username: string): string => `uid=${username},cn=users`

export const userRow = (user: User): UserRow => ({
  dn: userDn(user.username),
  properties: {
    username: user.username,
    ...(user.displayName === undefined ? {} : { displayName: user.displayName }),
    ...(user.primaryAddress === undefined ? {} : { mailPrimaryAddress: user.primaryAddress }),
    mailAlternativeAddress: user.alternativeAddresses,
    disabled: user.disabled ? '1' : '0',
    ...(user.quota?.megabytes === undefined ? {} : { mailUserQuota: String(user.quota.megabytes) }),
    ...(user.quota?.messages === undefined ? {} : { mailUserMessageLimit: String(user.quota.messages) }),
  },
})
