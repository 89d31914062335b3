import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '#base/result'
import type { Directory, User } from '#mail/directory'
import { makeRevocations } from '#mail/login'
import { accountId } from '#mail/store'
import { revokingDirectory } from './revoking-directory.ts'

const anna: User = {
  account: accountId(1),
  username: 'anna',
  alternativeAddresses: [],
  disabled: false,
  credentialVersion: 1,
}

function setUp() {
  let version = 1
  const directory = {
    findUser: async () => anna,
    modifyUser: async (username: string, change: { readonly disabled?: boolean }) => {
      if (username !== 'anna') return fail('no-such-user')
      if (change.disabled !== undefined) version++
      return ok({ ...anna, ...change, credentialVersion: version })
    },
    removeUser: async (username: string) => (username === 'anna' ? ok(anna) : fail('no-such-user')),
  } as unknown as Directory
  const revocations = makeRevocations()
  return { directory: revokingDirectory(directory, revocations), isRevoked: () => revocations.isRevoked(anna) }
}

test('AU-09 a change of password or state ends logins, other changes and failures do not', async () => {
  const { directory, isRevoked } = setUp()
  assert.equal(await directory.findUser('anna'), anna)
  await directory.modifyUser('anna', { displayName: 'Anna' })
  await directory.modifyUser('nobody', { disabled: true })
  await directory.removeUser('nobody')
  assert.equal(isRevoked(), false)
  await directory.modifyUser('anna', { disabled: true })
  assert.equal(isRevoked(), true)
})

test('AU-09 removing a user ends logins', async () => {
  const { directory, isRevoked } = setUp()
  await directory.removeUser('anna')
  assert.equal(isRevoked(), true)
})
