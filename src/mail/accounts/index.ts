/**
 * Accounts: what a user's place in the directory means for the store.
 * In: a user. Out: an account with its first mailboxes. Never: a look into the mail.
 */
export { openAccount } from './open-account.ts'
export { reconcileAccount } from './reconcile-account.ts'
