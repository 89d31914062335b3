import { asciiLower, utf8Length } from '#base/bytes'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { Credential, Directory, User } from '#mail/directory'
import { makeCredentialCache } from './credential-cache.ts'
import type { Authenticate, LoginFailure, PasswordHasher } from './login.ts'
import { type LoginAttempt, makeSlowDown } from './slow-down.ts'

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

  const verify = (key: string, password: string, hash: string): Promise<boolean> => {
    const started = needs.hasher.verify(password, hash).finally(() => verifying.delete(key))
    verifying.set(key, started)
    return started
  }

  /** What an unknown name is compared with: it takes as long as a known one, so that time tells nothing. */
  const decoyHash = (): Promise<string> => {
    decoy ??= needs.hasher.hash('nobody has this password').catch(error => {
      // The next unknown name tries anew, or it would be told from a known one for ever.
      decoy = undefined
      throw error
    })
    return decoy
  }

  return async ({ login, password, peerAddress, isGone }): Promise<Result<User, LoginFailure>> => {
    if (password === '' || login === '' || utf8Length(login) > maxBytes || utf8Length(password) > maxBytes) {
      return fail('wrong-credentials')
    }
    const name = asciiLower(login)
    const secretDigest = needs.digest(`${name}\0${password}`)
    const credential = await needs.directory.findCredential(name)
    if (credential && !credential.user.disabled && cache.knows(credential.user, secretDigest, needs.clock())) {
      return ok(credential.user)
    }
    const attempt: LoginAttempt = { address: peerAddress, login: counterOf(credential, name) }
    const delay = slowDown.before(attempt, needs.clock())
    if (delay === 'refused') return fail('too-many-attempts')
    if (delay > 0) {
      await needs.wait(delay)
      // Nobody hears the answer, so nobody has learnt anything: it costs no hash.
      if (isGone?.()) return fail('unavailable')
    }
    try {
      const hash = credential?.passwordHash ?? (await decoyHash())
      const key = `${secretDigest} ${credential?.user.credentialVersion ?? ''}`
      // Many connections of one person at once cost one hash, and one place in the measure.
      const running = verifying.get(key)
      if (running) return settled(await running, attempt, credential, secretDigest)
      if (!slowDown.begin(attempt, needs.clock())) return fail('too-many-attempts')
      try {
        return settled(await verify(key, password, hash), attempt, credential, secretDigest)
      } finally {
        slowDown.end(attempt)
      }
    } catch (error) {
      needs.log('warning', 'login-unavailable', { reason: error instanceof Error ? error.message : String(error) })
      return fail('unavailable')
    }
  }

  function settled(
    right: boolean,
    attempt: LoginAttempt,
    credential: Credential | undefined,
    secretDigest: string,
  ): Result<User, LoginFailure> {
    if (!right || !credential) {
      slowDown.failed(attempt, secretDigest, needs.clock())
      needs.log('info', 'login-refused', { peer: attempt.address })
      return fail('wrong-credentials')
    }
    if (credential.user.disabled) return fail('disabled')
    slowDown.succeeded(attempt, needs.clock())
    cache.remember(credential.user, secretDigest, needs.clock())
    return ok(credential.user)
  }
}

/**
 * All logins of an account share a counter. Unknown names share one by what stands before the `@`, so that the name and
 * the address of nobody behave like those of somebody.
 */
const counterOf = (credential: Credential | undefined, name: string): string =>
  credential ? `account ${credential.user.account}` : `name ${name.split('@', 1)[0]}`
