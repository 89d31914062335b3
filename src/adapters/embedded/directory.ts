import { asciiLower } from '#base/bytes'
import { ok } from '#base/result'
import type { Credential, Directory, MailDomain, User } from '#mail/directory'
import { openReader } from './database.ts'
import type { IndexWriter } from './index-writer.ts'
import type { NodeAnswer, NodeOp } from './node-op.ts'
import { readUserRows } from './user-rows.ts'

/**
 * The port of the directory. Everybody stands in memory, since each RCPT asks; a change is written first and
 * seen only when it is on disk.
 */
export function makeDirectory(file: string, writer: IndexWriter<NodeOp, NodeAnswer>): Directory {
  const domains = new Map<string, MailDomain>()
  const byName = new Map<string, Credential>()
  const byPrimary = new Map<string, Credential>()
  /** By every address; whoever has it as primary address stands first. */
  const byAddress = new Map<string, User[]>()

  const forget = ({ user }: Credential): void => {
    byName.delete(user.username)
    if (user.primaryAddress !== undefined) byPrimary.delete(user.primaryAddress)
    for (const address of addressesOf(user)) {
      const others = (byAddress.get(address) ?? []).filter(each => each.account !== user.account)
      if (others.length > 0) byAddress.set(address, others)
      else byAddress.delete(address)
    }
  }
  const learn = (credential: Credential): void => {
    const { user } = credential
    const before = byName.get(user.username)
    if (before) forget(before)
    byName.set(user.username, credential)
    if (user.primaryAddress !== undefined) byPrimary.set(user.primaryAddress, credential)
    for (const address of addressesOf(user)) {
      const others = byAddress.get(address)
      // In place: whoever was given the list has been through it, and an address of all may have many thousands.
      if (!others) byAddress.set(address, [user])
      else if (address === user.primaryAddress) others.unshift(user)
      else others.push(user)
    }
  }

  const reader = openReader(file)
  const rows = readUserRows(reader)
  for (const name of rows.listDomains()) domains.set(name, { name })
  for (const credential of rows.listUsers()) learn(credential)
  reader.close()

  const learned = async (answer: Promise<NodeAnswer>) => {
    const written = await answer
    if (!written.ok) return written
    const credential = written.value as Credential
    learn(credential)
    return ok(credential.user)
  }

  return {
    listDomains: async () => [...domains.values()],
    findDomain: async name => lookUp(domains, name),
    async createDomain({ name }) {
      const domain = { name: asciiLower(name) }
      const written = await writer.run({ op: 'create-domain', name: domain.name })
      if (!written.ok) return written
      domains.set(domain.name, domain)
      return ok(domain)
    },
    async removeDomain(name) {
      const written = await writer.run({ op: 'remove-domain', name })
      if (!written.ok) return written
      domains.delete(asciiLower(name))
      return ok(undefined)
    },
    listUsers: async () => [...byName.values()].map(({ user }) => user),
    findUser: async username => lookUp(byName, username)?.user,
    findUsersByAddress: async address => lookUp(byAddress, address)?.slice() ?? nobody,
    findCredential: async login => lookUp(byName, login) ?? lookUp(byPrimary, login),
    createUser: user => learned(writer.run({ op: 'create-user', user })),
    modifyUser: (username, change) => learned(writer.run({ op: 'modify-user', username, change })),
    async removeUser(username) {
      const written = await writer.run({ op: 'remove-user', username, at: Date.now() })
      if (!written.ok) return written
      const gone = written.value as Credential
      forget(gone)
      return ok(gone.user)
    },
    async listRemoved() {
      const once = openReader(file)
      try {
        return readUserRows(once).listRemoved()
      } finally {
        once.close()
      }
    },
    restoreUser: account => learned(writer.run({ op: 'restore-user', account })),
    async forgetRemoved(account) {
      const written = await writer.run({ op: 'forget-user', account })
      return written.ok ? ok(undefined) : written
    },
  }
}

const nobody: readonly User[] = []

const addressesOf = ({ primaryAddress, alternativeAddresses }: Credential['user']): readonly string[] =>
  primaryAddress === undefined ? alternativeAddresses : [primaryAddress, ...alternativeAddresses]

/** As it is asked for first: that is how nearly everybody asks. */
const lookUp = <T>(map: ReadonlyMap<string, T>, key: string): T | undefined => map.get(key) ?? map.get(asciiLower(key))
