import type { Result } from '#base/result'
import type { User } from '#mail/directory'

/** `unavailable`: no answer now, not a wrong password; the doors say so with a temporary code. */
export type LoginFailure = 'wrong-credentials' | 'disabled' | 'too-many-attempts' | 'unavailable'

/** One question for every door: is this person who they say? Never tells which half was wrong. */
export type Authenticate = (attempt: {
  readonly login: string
  readonly password: string
  readonly peerAddress: string
  /** Has the peer hung up? Asked behind a wait, so that who does not stay for the answer costs no hash. */
  readonly isGone?: () => boolean
}) => Promise<Result<User, LoginFailure>>

/** Slow on purpose, so it runs on a thread of its own. */
export interface PasswordHasher {
  /** A PHC string. */
  hash(password: string): Promise<string>
  /** False for a hash it cannot read. */
  verify(password: string, hash: string): Promise<boolean>
}
