/**
 * Login: who knocks, and do they know the password?
 * In: a login name and a secret. Out: a user or a refusal. Never: which of the two was wrong, or a secret in a log.
 */
export * from './login.ts'
