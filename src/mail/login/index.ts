/**
 * Login: who knocks, and do they know the password?
 * In: a login name and a secret. Out: a user or a refusal. Never: which of the two was wrong, or a secret in a log.
 */
export { type AuthenticateNeeds, makeAuthenticate } from './authenticate.ts'
export type { Authenticate, LoginFailure, PasswordHasher } from './login.ts'
export { makeRevocations, type Revocations } from './revocations.ts'
export { type LoginAttempt, makeSlowDown, type SlowDown } from './slow-down.ts'
