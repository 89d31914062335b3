import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directory, User } from '#mail/directory'
import { accountId } from '#mail/store'
import { makeRoute } from './route.ts'

const user = (account: number, username: string, primaryAddress?: string, ...alternativeAddresses: string[]): User => ({
  account: accountId(account),
  username,
  ...(primaryAddress === undefined ? {} : { primaryAddress }),
  alternativeAddresses,
  disabled: false,
  credentialVersion: 1,
})
const users = [
  user(7, 'anna', 'anna@example.test', 'a.other@example.test', 'shared@example.test'),
  user(8, 'ben', 'benjamin@xn--mnchen-3ya.test', 'shared@example.test', 'carla@example.test'),
  user(9, 'carla', 'carla@example.test'),
  user(10, 'boxless', undefined, 'boxless@example.test', 'shared@example.test', 'free@example.test'),
]
const domains = ['example.test', 'xn--mnchen-3ya.test']
const aliases: Record<string, string> = {
  postmaster: 'anna@example.test',
  hostmaster: 'postmaster@example.test',
  a: 'b@example.test',
  b: 'a@example.test',
  away: 'x@elsewhere.test',
  further: 'away@example.test',
  root: 'ben',
  webmaster: 'root',
  sales: 'a.other',
  press: 'Benjamin@MÜNCHEN.test',
  self: 'self',
  ben: 'Ben',
  carl: 'nobody-at-all',
  free: 'boxless',
}
const route = makeRoute({
  directory: {
    findUsersByAddress: async (address: string): Promise<readonly User[]> =>
      users.filter(each => each.primaryAddress === address || each.alternativeAddresses.includes(address)),
    findUser: async (name: string): Promise<User | undefined> => users.find(each => each.username === name),
    findDomain: async (name: string) => (domains.includes(name) ? { name } : undefined),
  } as Directory,
  aliasOf: name => aliases[name],
})

for (const [address, expected] of [
  ['anna@example.test', 'anna'],
  ['ANNA@Example.Test', 'anna'],
  ['a.other@example.test', 'anna'],
  ['nobody@example.test', 'nobody'],
  ['anna@elsewhere.test', 'elsewhere'],
  ['postmaster', 'anna'],
  ['Postmaster@example.test', 'anna'],
  ['postmaster@elsewhere.test', 'elsewhere'],
  ['hostmaster@example.test', 'anna'],
  ['a@example.test', 'nobody'],
  ['"x@elsewhere.test"@example.test', 'nobody'],
  ['user%elsewhere.test@example.test', 'nobody'],
  ['elsewhere.test!user@example.test', 'nobody'],
  ['anna', 'anna'],
  ['nobody', 'nobody'],
] as const) {
  test(`${address} goes to ${expected}`, async () => assert.equal(await said(address), expected))
}

for (const [why, address, expected] of [
  ['by an alias it is another matter than by its own name', 'away@example.test', 'forwarded elsewhere'],
  ['over two aliases as well', 'further@example.test', 'forwarded elsewhere'],
  ['an alias may name a user', 'root@example.test', 'ben'],
  ['or a name that another alias explains', 'webmaster@example.test', 'ben'],
  ['or one of the domain that was asked for', 'sales@example.test', 'anna'],
  ['which another domain of ours may not have', 'sales@xn--mnchen-3ya.test', 'nobody'],
  ['an alias that names itself ends there', 'self@example.test', 'nobody'],
  ['with the user of that name', 'ben@example.test', 'ben'],
  ['a name that nothing explains is nobody', 'carl@example.test', 'nobody'],
  ['all who share an address get its mail', 'shared@example.test', 'anna ben'],
  ['also where it is the primary address of one', 'carla@example.test', 'ben carla'],
  ['who has no primary address takes no mail', 'boxless@example.test', 'nobody'],
  ['by no alias either', 'free@example.test', 'nobody'],
  ['a domain is one, in A-labels', 'benjamin@xn--mnchen-3ya.test', 'ben'],
  ['in U-labels', 'benjamin@münchen.test', 'ben'],
  ['in capitals', 'BENJAMIN@MÜNCHEN.TEST', 'ben'],
  ['and in decomposed ones', 'benjamin@mu\u0308nchen.test', 'ben'],
  ['also behind an alias', 'press@example.test', 'ben'],
] as const) {
  test(`${why}: ${address} goes to ${expected}`, async () => assert.equal(await said(address), expected))
}

async function said(address: string): Promise<string> {
  const destination = await route(address)
  if (destination.to === 'mailbox') return destination.users.map(each => each.username).join(' ')
  return `${destination.to === 'elsewhere' && destination.forwarded ? 'forwarded ' : ''}${destination.to}`
}
