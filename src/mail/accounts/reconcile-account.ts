import { ok, type Result } from '#base/result'
import type { User, UserQuota } from '#mail/directory'
import { defaultMailboxes, type MailStore, noLimits, type QuotaLimits, type StoreFailure } from '#mail/store'

/**
 * Brings the store in line with the directory, for one user. Idempotent: whoever finds an account missing calls it
 * again, so a crash between directory and store heals at the next look.
 */
export async function reconcileAccount(store: MailStore, user: User): Promise<Result<void, StoreFailure>> {
  if (user.primaryAddress === undefined) return ok(undefined)
  const made = await store.createAccount(user.account, defaultMailboxes)
  if (!made.ok) return made
  const limits = limitsOf(user.quota ?? {})
  const now = (await store.readQuota(user.account))?.limits ?? noLimits
  if (now.bytes === limits.bytes && now.messages === limits.messages) return ok(undefined)
  return store.setQuota(user.account, limits)
}

/** The manual's unit: a number of MB is multiplied by 1000 and taken as KiB. */
const bytesOfMegabyte = 1000 * 1024

export const limitsOf = ({ megabytes, messages }: UserQuota): QuotaLimits => ({
  bytes: megabytes === undefined ? null : megabytes * bytesOfMegabyte,
  messages: messages ?? null,
})
