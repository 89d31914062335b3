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

interface Change {
  readonly user?: Partial<User>
  readonly hasherFails?: boolean
  /** So many hashes that are asked for fail, as a full queue makes them. */
  readonly fullFor?: number
  readonly wait?: (milliseconds: number) => Promise<void>
}

function setUp(change: Change = {}) {
  let full = change.fullFor ?? 0
  let cacheSeconds = 60
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
      hash: async password => {
        if (full-- > 0) throw new Error('the queue is full')
        return `hash of ${password}`
      },
      verify: async (password, hash) => {
        if (change.hasherFails) throw new Error('the hashing thread is gone')
        hashed++
        return hash === `hash of ${password}`
      },
    },
    digest: text => createHmac('sha256', 'key').update(text).digest('base64'),
    wait: async milliseconds => {
      waits.push(milliseconds)
      await change.wait?.(milliseconds)
    },
    cacheSeconds: () => cacheSeconds,
    clock: () => instant(now),
    log: silentLog,
  })
  return {
    attempt: (login: string, password: string, peerAddress = '192.0.2.1', isGone?: () => boolean) =>
      authenticate({ login, password, peerAddress, ...(isGone ? { isGone } : {}) }),
    cacheFor: (seconds: number) => (cacheSeconds = seconds),
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
  const { attempt, waits, pass } = setUp()
  assert.ok((await attempt('anna', 'secret')).ok)
  for (let i = 0; i < 7; i++) await attempt('other', `wrong ${i}`)
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 15_000])
  waits.length = 0
  assert.ok((await attempt('anna', 'secret', '192.0.2.2')).ok)
  assert.deepEqual(waits, [])
  for (let i = 0; i < 100; i++) await attempt(`user${i}`, `wrong ${i}`)
  pass(30_000)
  assert.ok((await attempt('anna', 'secret')).ok, 'a remembered login still opens')
  const closed = await attempt('third', 'x')
  assert.ok(!closed.ok && closed.failure === 'too-many-attempts')
})

test('AU-01 guesses in flight count: a thousand at once are a hundred hashes', async () => {
  const { attempt, hashed } = setUp()
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => attempt(i % 2 ? 'anna' : `nobody ${i}`, `wrong ${i}`)))
  assert.equal(hashed(), 100)
  assert.ok((await attempt('anna', 'secret', '198.51.100.1')).ok)
  const guesses = Array.from({ length: 1_000 }, (_, i) => attempt('anna', `guess ${i}`, '198.51.100.1'))
  assert.ok((await Promise.all(guesses)).every(result => !result.ok))
  assert.equal(hashed(), 201, 'where one is known, too')
})

test('AU-01 those who waited are judged by what has come meanwhile, and who has gone costs nothing', async () => {
  let go: () => void = () => {}
  const held = new Promise<void>(resolve => {
    go = resolve
  })
  let holds = false
  const { attempt, hashed, waits } = setUp({ wait: async () => (holds ? held : undefined) })
  for (let i = 0; i < 4; i++) await attempt('anna', `wrong ${i}`)
  holds = true
  const [late, gone] = [attempt('anna', 'late'), attempt('anna', 'gone', '192.0.2.1', () => true)]
  while (waits.length < 3) await new Promise(setImmediate)
  holds = false
  for (let i = 4; i < 100; i++) await attempt(`user${i}`, `wrong ${i}`)
  const before = hashed()
  go()
  assert.deepEqual(await Promise.all([late, gone]), [
    { ok: false, failure: 'too-many-attempts' },
    { ok: false, failure: 'unavailable' },
  ])
  assert.equal(hashed(), before)
})

test('AU-04 a network of IPv6 is one guesser, whatever address it takes', async () => {
  const { attempt } = setUp()
  for (let i = 0; i < 100; i++) await attempt(`user${i}`, 'spray', `2001:db8:1:2::${i.toString(16)}`)
  const refused = await attempt('anna', 'spray', '2001:db8:1:2:ffff::1')
  assert.ok(!refused.ok && refused.failure === 'too-many-attempts')
  assert.ok((await attempt('anna', 'secret', '2001:db8:1:3::1')).ok)
})

test('AU-04 own logins between the guesses, of whatever state, hide none of them', async () => {
  for (const disabled of [false, true]) {
    const { attempt } = setUp({ user: { disabled } })
    for (let i = 0; i < 100; i++) {
      await attempt(`user${i}`, `spray ${i}`)
      await attempt('anna', 'secret')
    }
    const refused = await attempt('last', 'spray')
    assert.ok(!refused.ok && refused.failure === 'too-many-attempts')
  }
})

test('AU-01 a colleague who has logged in from there before does not wait for the slips of others', async () => {
  const { attempt, waits, pass } = setUp()
  assert.ok((await attempt('anna', 'secret')).ok)
  for (let i = 0; i < 120; i++) await attempt(`user${i}`, `slip ${i}`)
  pass(61_000)
  waits.length = 0
  assert.ok((await attempt('anna', 'secret')).ok)
  assert.deepEqual(waits, [])
  pass(61_000)
  for (let i = 0; i < 10; i++) await attempt('anna', `guess ${i}`)
  const refused = await attempt('anna', 'secret')
  assert.ok(!refused.ok && refused.failure === 'too-many-attempts', 'guesses at the login itself end the favour')
})

test('AU-04 an office that slips four times an hour is never closed', async () => {
  const { attempt, pass } = setUp()
  for (let i = 0; i < 500; i++) {
    pass(15 * 60_000)
    const slipped = await attempt(`user${i}`, `slip ${i}`)
    assert.ok(!slipped.ok && slipped.failure === 'wrong-credentials')
  }
})

test('AU-01 name and address of a user count as one, and so do those of nobody', async () => {
  for (const logins of [
    ['anna', 'anna@example.test', 'ANNA'],
    ['nobody', 'nobody@example.test', 'Nobody@elsewhere.test'],
  ]) {
    const { attempt, waits } = setUp()
    for (const [i, login] of logins.entries()) await attempt(login, `wrong ${i}`, `192.0.2.${i}`)
    await attempt(`${logins[0]}@example.test`, 'wrong', '198.51.100.1')
    assert.deepEqual(waits, [2_000], logins.join())
  }
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

test('AU-05 a full queue of hashes leaves no mark: known and unknown names are told apart no longer than it lasts', async () => {
  const { attempt } = setUp({ fullFor: 1 })
  const first = await attempt('nobody', 'x')
  assert.ok(!first.ok && first.failure === 'unavailable')
  assert.deepEqual(await attempt('nobody', 'x'), await attempt('anna', 'x'))
})

test('AU-09 a shorter memory of logins holds for those that are remembered already', async () => {
  const { attempt, hashed, cacheFor, pass } = setUp()
  await attempt('anna', 'secret')
  pass(20_000)
  cacheFor(10)
  await attempt('anna', 'secret')
  assert.equal(hashed(), 2)
  cacheFor(0)
  await attempt('anna', 'secret')
  assert.equal(hashed(), 3)
})
