import { fail, type Result } from '#base/result'
import type { User } from '#mail/directory'
import type { AccountStore, MailStore, StoreFailure } from '#mail/store'
import { reconcileAccount } from './reconcile-account.ts'

/** The user's account; made now if the directory knows the user and the store does not yet. */
export async function openAccount(store: MailStore, user: User): Promise<Result<AccountStore, StoreFailure>> {
  const opened = await store.openAccount(user.account)
  if (opened.ok || opened.failure !== 'no-such-account' || user.primaryAddress === undefined) return opened
  const made = await reconcileAccount(store, user)
  return made.ok ? store.openAccount(user.account) : fail(made.failure)
}
