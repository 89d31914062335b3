import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directory, User } from '#mail/directory'
import { accountId } from '#mail/store'
import { makeRoute } from './route.ts'

const user = {
  account: accountId(7),
  username: 'anna',
  alternativeAddresses: [],
  disabled: false,
  credentialVersion: 1,
}
const aliases: Record<string, string> = {
  postmaster: 'anna@example.test',
  hostmaster: 'postmaster@example.test',
  a: 'b@example.test',
  b: 'a@example.test',
  away: 'x@elsewhere.test',
}
const route = makeRoute({
  directory: {
    findUserByAddress: async (address: string): Promise<User | undefined> =>
      address === 'anna@example.test' || address === 'a.other@example.test' ? user : undefined,
    findDomain: async (name: string) => (name === 'example.test' ? { name } : undefined),
  } as Directory,
  aliasOf: name => aliases[name],
})

for (const [address, expected] of [
  ['anna@example.test', 'mailbox'],
  ['ANNA@Example.Test', 'mailbox'],
  ['a.other@example.test', 'mailbox'],
  ['nobody@example.test', 'nobody'],
  ['anna@elsewhere.test', 'elsewhere'],
  ['postmaster', 'mailbox'],
  ['Postmaster@example.test', 'mailbox'],
  ['postmaster@elsewhere.test', 'elsewhere'],
  ['hostmaster@example.test', 'mailbox'],
  ['away@example.test', 'elsewhere'],
  ['a@example.test', 'nobody'],
  ['"x@elsewhere.test"@example.test', 'nobody'],
  ['user%elsewhere.test@example.test', 'nobody'],
  ['elsewhere.test!user@example.test', 'nobody'],
] as const) {
  test(`${address} goes to ${expected}`, async () => assert.equal((await route(address)).to, expected))
}
