import { ok, type Result } from '#base/result'
import type { User } from '#mail/directory'
import { defaultMailboxes, type MailStore, type StoreFailure } from '#mail/store'

/**
 * Brings the store in line with the directory, for one user. Idempotent: whoever finds an account missing calls it
 * again, so a crash between directory and store heals at the next look.
 */
export async function reconcileAccount(store: MailStore, user: User): Promise<Result<void, StoreFailure>> {
  if (user.primaryAddress === undefined) return ok(undefined)
  return store.createAccount(user.account, defaultMailboxes)
}
