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
}

export interface NewUser {
  readonly username: string
  readonly displayName?: string
  readonly primaryAddress?: string
  readonly alternativeAddresses: readonly string[]
  readonly disabled: boolean
  /** A PHC string (argon2id). */
  readonly passwordHash: string
}

export interface UserChange {
  readonly displayName?: string
  /** `null` takes the address away. */
  readonly primaryAddress?: string | null
  readonly alternativeAddresses?: readonly string[]
  readonly disabled?: boolean
  readonly passwordHash?: string
}
