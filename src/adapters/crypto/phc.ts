import { argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** The cost of one hash: OWASP's first recommendation for argon2id, 19 MiB and two passes. */
const memory = 19_456
const passes = 2
const parallelism = 1
const tagLength = 32

/** No hash of ours asks for more; a forged one must not take the machine. */
const most = { memory: 262_144, passes: 16, parallelism: 8 }

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** A PHC string: `$argon2id$v=19$m=...,t=...,p=...$salt$tag`. */
export function hashPassword(password: string): string {
  const nonce = randomBytes(16)
  const tag = argon2Sync('argon2id', { message: password, nonce, memory, passes, parallelism, tagLength })
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

const shape = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** False for a wrong password and for a hash that cannot be read. */
export function verifyPassword(password: string, phc: string): boolean {
  const found = phc.length <= 512 ? shape.exec(phc) : null
  if (!found) return false
  const [, m, t, p, salt = '', expected = ''] = found
  const cost = { memory: Number(m), passes: Number(t), parallelism: Number(p) }
  if (cost.memory > most.memory || cost.passes > most.passes || cost.parallelism > most.parallelism) return false
  if (cost.passes < 1 || cost.parallelism < 1 || cost.memory < 8 * cost.parallelism) return false
  const tag = Buffer.from(expected, 'base64')
  const nonce = Buffer.from(salt, 'base64')
  const made = argon2Sync('argon2id', { message: password, nonce, ...cost, tagLength: tag.length })
  return timingSafeEqual(made, tag)
}
