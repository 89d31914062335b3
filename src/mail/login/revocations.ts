import type { User } from '#mail/directory'
import type { AccountId } from '#mail/store'

/**
 * Which logins hold no more, because a password was changed or a user was disabled or removed. Doors ask when a login
 * has succeeded, since it may have begun before the change, and end the sessions that stand when they are told.
 */
export interface Revocations {
  /** Ends what was logged in with credentials older than this version. */
  revoke(account: AccountId, version: number): void
  isRevoked(user: Pick<User, 'account' | 'credentialVersion'>): boolean
  watch(listener: (account: AccountId) => void): () => void
}

/** Remembers one number for each user that has been changed since the start. */
export function makeRevocations(): Revocations {
  const oldest = new Map<AccountId, number>()
  const listeners = new Set<(account: AccountId) => void>()
  return {
    revoke(account, version) {
      if (version <= (oldest.get(account) ?? 0)) return
      oldest.set(account, version)
      for (const tell of listeners) tell(account)
    },
    isRevoked: ({ account, credentialVersion }) => credentialVersion < (oldest.get(account) ?? 0),
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
