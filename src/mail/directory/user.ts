import type { Instant } from '#base/clock'
import type { AccountId } from '#mail/store'

/** Whose login it is. Addresses are lower case, their domain in A-labels. */
export interface User {
  readonly account: AccountId
  readonly username: string
  readonly displayName?: string
  /** Without one the user has no mailbox and takes no mail. */
  readonly primaryAddress?: string
  readonly alternativeAddresses: readonly string[]
  readonly disabled: boolean
  /** Rises with every change of password or state; whoever cached a login compares it. */
  readonly credentialVersion: number
  readonly quota?: UserQuota
}

/** What a user's mail may take; missing is no limit. */
export interface UserQuota {
  /** The manual's MB: each is 1000 KiB. */
  readonly megabytes?: number
  readonly messages?: number
}

/** A user who was removed, and can be brought back. */
export interface RemovedUser {
  readonly user: User
  readonly removed: Instant
}

export interface NewUser {
  readonly username: string
  readonly displayName?: string
  readonly primaryAddress?: string
  readonly alternativeAddresses: readonly string[]
  readonly disabled: boolean
  /** A PHC string (argon2id). */
  readonly passwordHash: string
  readonly quota?: UserQuota
}

export interface UserChange {
  /** An empty one takes it away. */
  readonly displayName?: string
  /** `null` takes the address away. */
  readonly primaryAddress?: string | null
  readonly alternativeAddresses?: readonly string[]
  readonly disabled?: boolean
  readonly passwordHash?: string
  /** As a whole: what it does not say has no limit. */
  readonly quota?: UserQuota
}
