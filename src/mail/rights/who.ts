import { asciiLower } from '#base/bytes'

/**
 * Whom an entry means: everybody, a group by its name in lower case, or a user by the number of the account. Names and
 * addresses of users may change hands; accounts may not.
 */
export type Who = 'anyone' | `group:${string}` | `user:${number}`

export const anyone = 'anyone'
export const whoUser = (account: number): Who => `user:${account}`
export const whoGroup = (name: string): Who => `group:${asciiLower(name)}`

/** The account of a user's entry. */
export const accountOfWho = (who: Who): number | undefined =>
  who.startsWith('user:') ? Number(who.slice('user:'.length)) : undefined

/** Everything that an entry can call this user: what the rights of others are looked up by. */
export const namesOf = ({ account, groups }: Asking): readonly Who[] => [
  anyone,
  whoUser(account),
  ...groups.map(whoGroup),
]

/** Who asks, and the groups they are in. */
export interface Asking {
  readonly account: number
  readonly groups: readonly string[]
}
