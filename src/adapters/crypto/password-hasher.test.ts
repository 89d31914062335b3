import assert from 'node:assert/strict'
import { argon2Sync } from 'node:crypto'
import { after, test } from 'node:test'
import { openPasswordHasher } from './password-hasher.ts'
import { verifyPassword } from './phc.ts'

const hasher = openPasswordHasher()
after(() => hasher.close())

test('a password is known again, and no other; two hashes of it differ', async () => {
  const [first, second] = await Promise.all([hasher.hash('grün 🔑'), hasher.hash('grün 🔑')])
  assert.notEqual(first, second)
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.equal(await hasher.verify('grün 🔑', first), true)
  assert.equal(await hasher.verify('grün', first), false)
  assert.equal(await hasher.verify('', first), false)
})

test('a hash that others made is read', () => {
  const nonce = Buffer.from('somesaltsomesalt')
  const tag = argon2Sync('argon2id', { message: 'x', nonce, memory: 64, passes: 1, parallelism: 2, tagLength: 16 })
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  assert.equal(verifyPassword('x', `$argon2id$v=19$m=64,t=1,p=2$${text(nonce)}$${text(tag)}`), true)
})

test('what cannot be read, or costs too much, is false and never thrown', async () => {
  const salt = 'c29tZXNhbHRzb21lc2FsdA'
  const tag = 'A'.repeat(43)
  for (const hash of [
    '',
    'secret',
    '{SSHA}xyz',
    `$argon2i$v=19$m=64,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=9999999,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=999,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=0,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=1,t=1,p=1$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=1,p=0$${salt}$${tag}`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$`,
    `$argon2id$v=19$m=64,t=1,p=1$${salt}$${'A'.repeat(100_000)}`,
  ]) {
    assert.equal(await hasher.verify('secret', hash), false, hash.slice(0, 60))
  }
})

test('AU-08 beyond 32 waiting the answer is no answer, at once; those who wait are served', async () => {
  const busy = openPasswordHasher()
  const cheap = '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA'
  const asked = await Promise.allSettled(Array.from({ length: 40 }, () => busy.verify('x', cheap)))
  assert.equal(asked.filter(each => each.status === 'fulfilled').length, 32)
  assert.equal(await busy.verify('x', cheap), false)
  await busy.close()
  await assert.rejects(busy.verify('x', cheap), /closed/)
})

test('whoever waits when it closes is told', async () => {
  const closing = openPasswordHasher()
  const asked = closing.hash('secret').catch((error: Error) => error.message)
  await closing.close()
  assert.match(String(await asked), /gone|^\$argon2id/)
})
