import { asciiLower, utf8Length } from '#base/bytes'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Directory, User } from '#mail/directory'
import { makeCredentialCache } from './credential-cache.ts'
import type { Authenticate, LoginFailure, PasswordHasher } from './login.ts'
import { makeSlowDown } from './slow-down.ts'

export interface AuthenticateNeeds {
  readonly directory: Directory
  readonly hasher: PasswordHasher
  /** Keyed with a key of this program's life; the same text gives the same digest until it ends. */
  readonly digest: (text: string) => string
  readonly wait: (milliseconds: number) => Promise<void>
  readonly cacheSeconds: () => number
  readonly clock: Clock
  readonly log: Log
}

/** Longer names and secrets are no login: they only cost the hash its time. */
const maxBytes = 512

/** The one place where a password is looked at, whichever door it came in. */
export function makeAuthenticate(needs: AuthenticateNeeds): Authenticate {
  const cache = makeCredentialCache(needs.cacheSeconds)
  const slowDown = makeSlowDown()
  const verifying = new Map<string, Promise<boolean>>()
  let decoy: Promise<string> | undefined

  /** Many connections of one person at once cost one hash. */
  const verify = (key: string, password: string, hash: string): Promise<boolean> => {
    const running = verifying.get(key)
    if (running) return running
    const started = needs.hasher.verify(password, hash).finally(() => verifying.delete(key))
    verifying.set(key, started)
    return started
  }

  /** An unknown name takes as long as a known one, so that time tells nothing. */
  const verifyNobody = async (key: string, password: string): Promise<false> => {
    decoy ??= needs.hasher.hash('nobody has this password')
    await verify(key, password, await decoy)
    return false
  }

  return async ({ login, password, peerAddress }): Promise<Result<User, LoginFailure>> => {
    if (password === '' || login === '' || utf8Length(login) > maxBytes || utf8Length(password) > maxBytes) {
      return fail('wrong-credentials')
    }
    const name = asciiLower(login)
    const secretDigest = needs.digest(`${name}\0${password}`)
    const credential = await needs.directory.findCredential(name)
    if (credential && !credential.user.disabled && cache.knows(credential.user, secretDigest, needs.clock())) {
      return ok(credential.user)
    }
    const delay = slowDown.before(peerAddress, name, needs.clock())
    if (delay === 'refused') return fail('too-many-attempts')
    if (delay > 0) await needs.wait(delay)
    try {
      const key = `${secretDigest} ${credential?.user.credentialVersion ?? ''}`
      const right = credential
        ? await verify(key, password, credential.passwordHash)
        : await verifyNobody(key, password)
      if (!right || !credential) return refused(name, secretDigest, peerAddress)
      slowDown.succeeded(peerAddress, name)
      if (credential.user.disabled) return fail('disabled')
      cache.remember(credential.user, secretDigest, needs.clock())
      return ok(credential.user)
    } catch (error) {
      needs.log('warning', 'login-unavailable', { reason: error instanceof Error ? error.message : String(error) })
      return fail('unavailable')
    }
  }

  function refused(name: string, secretDigest: string, peerAddress: string): Result<User, LoginFailure> {
    slowDown.failed(peerAddress, name, secretDigest, needs.clock())
    needs.log('info', 'login-refused', { peer: peerAddress })
    return fail('wrong-credentials')
  }
}
