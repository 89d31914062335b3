import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { silentLog } from '#base/log'
import type { Credential, Directory, User } from '#mail/directory'
import { accountId } from '#mail/store'
import { makeAuthenticate } from './authenticate.ts'

const anna: User = {
  account: accountId(1),
  username: 'anna',
  primaryAddress: 'anna@example.test',
  alternativeAddresses: [],
  disabled: false,
  credentialVersion: 1,
}

function setUp(change: { user?: Partial<User>; hasherFails?: boolean } = {}) {
  let credential: Credential = { user: { ...anna, ...change.user }, passwordHash: 'hash of secret' }
  let hashed = 0
  let now = 1_000_000
  const waits: number[] = []
  const authenticate = makeAuthenticate({
    directory: {
      findCredential: async (login: string) =>
        login === 'anna' || login === 'anna@example.test' ? credential : undefined,
    } as Directory,
    hasher: {
      hash: async password => `hash of ${password}`,
      verify: async (password, hash) => {
        if (change.hasherFails) throw new Error('the hashing thread is gone')
        hashed++
        return hash === `hash of ${password}`
      },
    },
    digest: text => createHmac('sha256', 'key').update(text).digest('base64'),
    wait: async milliseconds => {
      waits.push(milliseconds)
    },
    cacheSeconds: () => 60,
    clock: () => instant(now),
    log: silentLog,
  })
  return {
    attempt: (login: string, password: string, peerAddress = '192.0.2.1') =>
      authenticate({ login, password, peerAddress }),
    hashed: () => hashed,
    waits,
    pass: (milliseconds: number) => (now += milliseconds),
    become: (user: Partial<User>, passwordHash = credential.passwordHash) =>
      (credential = { user: { ...credential.user, ...user }, passwordHash }),
  }
}

test('the right password opens, by name or by address, in any case', async () => {
  const { attempt } = setUp()
  for (const login of ['anna', 'ANNA', 'anna@example.test', 'Anna@Example.TEST']) {
    const result = await attempt(login, 'secret')
    assert.ok(result.ok && result.value.username === 'anna', login)
  }
})

test('a verified login is remembered for a while, and costs one hash', async () => {
  const { attempt, hashed, pass } = setUp()
  for (let i = 0; i < 5; i++) assert.ok((await attempt('anna', 'secret')).ok)
  assert.equal(hashed(), 1)
  pass(61_000)
  assert.ok((await attempt('anna', 'secret')).ok)
  assert.equal(hashed(), 2)
})

test('many connections at once cost one hash', async () => {
  const { attempt, hashed } = setUp()
  const results = await Promise.all(Array.from({ length: 50 }, () => attempt('anna', 'secret')))
  assert.ok(results.every(result => result.ok))
  assert.equal(hashed(), 1)
})

test('AU-05 an unknown name and a wrong password are one and the same answer', async () => {
  const { attempt } = setUp()
  assert.deepEqual(await attempt('nobody', 'secret'), await attempt('anna', 'wrong'))
})

test('AU-06 an unknown name costs a hash too', async () => {
  const { attempt, hashed } = setUp()
  await attempt('nobody', 'secret')
  assert.equal(hashed(), 1)
})

test('AU-09 the old password is refused at once after a change, whatever was remembered', async () => {
  const { attempt, become } = setUp()
  assert.ok((await attempt('anna', 'secret')).ok)
  become({ credentialVersion: 2 }, 'hash of other')
  assert.equal((await attempt('anna', 'secret')).ok, false)
  assert.ok((await attempt('anna', 'other')).ok)
})

test('AU-09 a disabled user is refused at once, and only told so with the right password', async () => {
  const { attempt, become } = setUp()
  assert.ok((await attempt('anna', 'secret')).ok)
  become({ credentialVersion: 2, disabled: true })
  const result = await attempt('anna', 'secret')
  assert.ok(!result.ok && result.failure === 'disabled')
  const guessed = await attempt('anna', 'guess')
  assert.ok(!guessed.ok && guessed.failure === 'wrong-credentials')
})

test('AU-08 long or empty secrets and names never reach the hash', async () => {
  const { attempt, hashed } = setUp()
  for (const [login, password] of [
    ['anna', ''],
    ['anna', 'x'.repeat(513)],
    ['', 'secret'],
    ['x'.repeat(513), 'secret'],
  ] as const) {
    assert.equal((await attempt(login, password)).ok, false)
  }
  assert.equal(hashed(), 0)
})

test('AU-01 wrong passwords slow their address down, then close it; others are not kept waiting', async () => {
  const { attempt, waits } = setUp()
  for (let i = 0; i < 7; i++) await attempt('other', `wrong ${i}`)
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 15_000])
  waits.length = 0
  assert.ok((await attempt('anna', 'secret', '192.0.2.2')).ok)
  assert.deepEqual(waits, [])
  for (let i = 0; i < 100; i++) await attempt(`user${i}`, `wrong ${i}`)
  const result = await attempt('anna', 'secret')
  assert.ok(!result.ok || result.value, 'a remembered login still opens')
  const closed = await attempt('third', 'x')
  assert.ok(!closed.ok && closed.failure === 'too-many-attempts')
})

test('AU-03 the same stale password counts once', async () => {
  const { attempt, waits } = setUp()
  for (let i = 0; i < 1000; i++) await attempt('anna', 'stale')
  assert.deepEqual(waits, [])
})

test('a broken hasher is no wrong password', async () => {
  const { attempt } = setUp({ hasherFails: true })
  const result = await attempt('anna', 'secret')
  assert.ok(!result.ok && result.failure === 'unavailable')
})
