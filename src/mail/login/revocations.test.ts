import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountId } from '#mail/store'
import { makeRevocations } from './revocations.ts'

const account = accountId(7)

test('AU-09 older credentials are revoked, newer ones and other accounts stay', () => {
  const revocations = makeRevocations()
  assert.equal(revocations.isRevoked({ account, credentialVersion: 1 }), false)
  revocations.revoke(account, 3)
  assert.equal(revocations.isRevoked({ account, credentialVersion: 2 }), true)
  assert.equal(revocations.isRevoked({ account, credentialVersion: 3 }), false)
  assert.equal(revocations.isRevoked({ account: accountId(8), credentialVersion: 1 }), false)
  revocations.revoke(account, 2)
  assert.equal(revocations.isRevoked({ account, credentialVersion: 2 }), true)
})

test('those who watch are told once for each change that ends a login', () => {
  const revocations = makeRevocations()
  const told: number[] = []
  const unwatch = revocations.watch(each => told.push(each))
  revocations.revoke(account, 2)
  revocations.revoke(account, 2)
  revocations.revoke(account, Number.POSITIVE_INFINITY)
  unwatch()
  revocations.revoke(accountId(8), 2)
  assert.deepEqual(told, [7, 7])
})
