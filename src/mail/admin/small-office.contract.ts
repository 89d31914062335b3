import { instant } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import type { Directory, DirectoryFailure, User } from '#mail/directory'
import { entryId, type MailQueue, type QueueEntry } from '#mail/queue'
import { accountId, type MailStore } from '#mail/store'
import type { AdminNeeds, Variables } from './index.ts'

/** A post office in memory, as far as an administrator sees one. */
export function makeSmallOffice(change: Partial<AdminNeeds> = {}) {
  const domains = new Set<string>()
  const users = new Map<string, User & { readonly passwordHash: string }>()
  const gone = new Map<number, User & { readonly passwordHash: string }>()
  const entries = new Map<number, QueueEntry>()
  const logged: string[] = []
  const reconciled: string[] = []
  const erased: number[] = []
  const byPrimary = (address: string | undefined) =>
    [...users.values()].find(user => address !== undefined && user.primaryAddress === address)

  const directory: Directory = {
    listDomains: async () => [...domains].map(name => ({ name })),
    findDomain: async name => (domains.has(name) ? { name } : undefined),
    async createDomain(domain): Promise<Result<typeof domain, DirectoryFailure>> {
      if (domains.has(domain.name)) return fail('domain-exists')
      domains.add(domain.name)
      return ok(domain)
    },
    async removeDomain(name) {
      if (!domains.has(name)) return fail('no-such-domain')
      const used = [...users.values()].some(user => user.primaryAddress?.endsWith(`@${name}`))
      if (used) return fail('domain-in-use')
      domains.delete(name)
      return ok(undefined)
    },
    listUsers: async () => [...users.values()],
    findUser: async username => users.get(username),
    findUsersByAddress: async address =>
      [...users.values()].filter(
        user => user.primaryAddress === address || user.alternativeAddresses.includes(address),
      ),
    async findCredential(login) {
      const user = users.get(login) ?? byPrimary(login)
      return user && { user, passwordHash: user.passwordHash }
    },
    async createUser(user) {
      if (users.has(user.username)) return fail('user-exists')
      if (byPrimary(user.primaryAddress)) return fail('address-in-use')
      const made = { ...user, account: accountId(users.size + 1), credentialVersion: 1 }
      users.set(user.username, made)
      return ok(made)
    },
    async modifyUser(username, { primaryAddress, ...rest }) {
      const before = users.get(username)
      if (!before) return fail('no-such-user')
      const { primaryAddress: old, ...kept } = before
      const next = primaryAddress === undefined ? old : primaryAddress
      const after = { ...kept, ...rest, ...(next == null ? {} : { primaryAddress: next }) }
      users.set(username, after)
      return ok(after)
    },
    async removeUser(username) {
      const user = users.get(username)
      if (!user) return fail('no-such-user')
      users.delete(username)
      gone.set(user.account, user)
      return ok(user)
    },
    listRemoved: async () => [...gone.values()].map(user => ({ user, removed: instant(0) })),
    async restoreUser(account) {
      const user = gone.get(account)
      if (!user) return fail('no-such-user')
      gone.delete(account)
      users.set(user.username, user)
      return ok(user)
    },
    async forgetRemoved(account) {
      gone.delete(account)
      return ok(undefined)
    },
  }
  const queue = {
    list: async () => [...entries.values()],
    find: async id => entries.get(id),
    remove: async id => ok(entries.delete(id)),
    listDecisions: async limit =>
      [...entries.values()].slice(0, limit).map(entry => ({
        at: entry.received,
        entry: entry.id,
        door: 'mx' as const,
        peer: { address: '192.0.2.1', helo: 'client\x1b[31m' },
        sender: entry.sender,
        recipients: entry.recipients.map(each => each.address),
        size: entry.content.size,
        decided: [{ rule: 'size', verdict: '250' }],
        outcome: '250 accepted',
      })),
  } satisfies Partial<MailQueue>
  const needs: AdminNeeds = {
    directory,
    queue: queue as unknown as MailQueue,
    store: {
      createAccount: async () => ok(undefined),
      readQuota: async () => undefined,
      async removeAccount(account: number) {
        erased.push(account)
        return ok(undefined)
      },
    } as unknown as MailStore,
    hasher: { hash: async password => `hash of ${password.length}`, verify: async () => false },
    async reconcileAccount(user) {
      reconciled.push(user.username)
      return ok(undefined)
    },
    doubtSetting: async () => undefined,
    variables: undefined as unknown as Variables,
    keptSince: () => instant(0),
    minimumPasswordLength: () => 8,
    deleteMailboxes: () => false,
    log: (_level, event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
    ...change,
  }
  const putLetter = (n: number, sender: string, recipient: string): void => {
    entries.set(n, {
      id: entryId(n),
      received: Date.UTC(2026, 0, 1) as QueueEntry['received'],
      sender,
      recipients: [{ address: recipient, state: { state: 'waiting' } }],
      smtpUtf8: false,
      eightBit: false,
      content: { size: 1234 } as QueueEntry['content'],
      localPrefix: 0,
    })
  }
  return { needs, domains, users, logged, reconciled, erased, putLetter }
}
