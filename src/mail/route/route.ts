import type { Directory, User } from '#mail/directory'
import { foldAddress } from '#standards/address'

export type Destination =
  /** Never nobody; more than one where they share an alternative address. */
  | { readonly to: 'mailbox'; readonly users: readonly User[] }
  /** Another server's business. `forwarded`: an alias of ours sends it there, whoever wrote. */
  | { readonly to: 'elsewhere'; readonly domain: string; readonly forwarded: boolean }
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

const nobody: Destination = { to: 'nobody' }

/** Whoever has no primary address has no box. */
const hasBox = (user: User): boolean => user.primaryAddress !== undefined
const toBoxes = (users: readonly User[]): Destination => {
  const owners = users.every(hasBox) ? users : users.filter(hasBox)
  return owners.length > 0 ? { to: 'mailbox', users: owners } : nobody
}

/** Where a recipient's mail goes. Case never matters here: addresses in the directory are lower case, domains ASCII. */
export function makeRoute({ directory, aliasOf }: RouteNeeds): Route {
  return async address => {
    let wanted = foldAddress(address)
    /** The domain of ours in which a bare name is looked for at the last. */
    let home = ''
    for (let hop = 0; hop < maxAliases; hop++) {
      const at = wanted.lastIndexOf('@')
      // `Postmaster` alone is an address of every server (RFC 5321 §4.5.1).
      const name = at < 0 ? wanted : wanted.slice(0, at)
      if (at >= 0) {
        const found = toBoxes(await directory.findUsersByAddress(wanted))
        if (found.to === 'mailbox') return found
        const domain = wanted.slice(at + 1)
        if (!(await directory.findDomain(domain))) return { to: 'elsewhere', domain, forwarded: hop > 0 }
        home = domain
      }
      const alias = aliasOf(name)
      const next = alias === undefined ? undefined : foldAddress(alias)
      if (next !== undefined && next !== name) {
        wanted = next
        continue
      }
      // A bare name that no other alias explains is a user's, or belongs to the domain that was asked for.
      if (at >= 0 && next === undefined) return nobody
      const user = await directory.findUser(name)
      if (user && hasBox(user)) return { to: 'mailbox', users: [user] }
      return home === '' ? nobody : toBoxes(await directory.findUsersByAddress(`${name}@${home}`))
    }
    return nobody
  }
}
