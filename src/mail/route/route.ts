import { asciiLower } from '#base/bytes'
import type { Directory, User } from '#mail/directory'

export type Destination =
  | { readonly to: 'mailbox'; readonly user: User }
  /** Another server's business. */
  | { readonly to: 'elsewhere'; readonly domain: string }
  /** A domain of ours that has nobody of this name. */
  | { readonly to: 'nobody' }

export interface RouteNeeds {
  readonly directory: Directory
  /** `mail/alias/<name>`: where the mail of a name that no user has goes, in every domain of ours. */
  readonly aliasOf: (localPart: string) => string | undefined
}

export type Route = (address: string) => Promise<Destination>

/** How many names may stand for one another before it counts as a loop (RFC 5321 §6.3 in spirit). */
const maxAliases = 10

export const domainOf = (address: string): string => asciiLower(address.slice(address.lastIndexOf('@') + 1))

/** Where a recipient's mail goes. Case never matters here: addresses in the directory are lower case. */
export function makeRoute({ directory, aliasOf }: RouteNeeds): Route {
  return async address => {
    let wanted = asciiLower(address)
    for (let hop = 0; hop < maxAliases; hop++) {
      const user = await directory.findUserByAddress(wanted)
      if (user) return { to: 'mailbox', user }
      const at = wanted.lastIndexOf('@')
      const domain = at < 0 ? '' : wanted.slice(at + 1)
      // `Postmaster` alone is an address of every server (RFC 5321 §4.5.1).
      if (at >= 0 && !(await directory.findDomain(domain))) return { to: 'elsewhere', domain }
      const alias = aliasOf(at < 0 ? wanted : wanted.slice(0, at))
      if (alias === undefined) return { to: 'nobody' }
      wanted = asciiLower(alias)
    }
    return { to: 'nobody' }
  }
}
