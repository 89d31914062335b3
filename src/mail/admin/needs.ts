import type { Instant } from '#base/clock'
import type { Log } from '#base/log'
import type { Result } from '#base/result'
import type { Directory, User } from '#mail/directory'
import type { PasswordHasher } from '#mail/login'
import type { MailQueue } from '#mail/queue'
import type { MailStore, StoreFailure } from '#mail/store'
import type { AdminFailure } from './failure.ts'

/** One variable as an administrator sees it. */
export interface VariableFact {
  readonly key: string
  /** What holds; missing when nobody has set it. */
  readonly value?: string
  readonly layer?: string
  /** Every layer that has a value, the strongest first. */
  readonly layers: readonly { readonly layer: string; readonly value: string }[]
  readonly preset?: string
  readonly kind: string
  readonly expects: string
  readonly applies: string
  readonly doc: string
  readonly subject: string
}

export interface VariableAssignment {
  readonly key: string
  readonly value: string
  readonly onlyIfUnset: boolean
}

export interface VariableOutcome {
  readonly key: string
  readonly did: 'created' | 'set' | 'not-updated' | 'unset' | 'was-unset'
  /** When a running server obeys, in words: `at once`, or later. */
  readonly applies: string
  /** The stronger layer that still decides what holds. */
  readonly maskedBy?: string
  /** Why it will hardly do what is wanted, in words. */
  readonly doubt?: string
}

/** The configuration behind the operations. Changes are judged, all or nothing, and durable when they return. */
export interface Variables {
  /** These, or all. A key that no variable has is refused. */
  list(keys: readonly string[]): Result<readonly VariableFact[], AdminFailure>
  set(layer: string, assignments: readonly VariableAssignment[]): Result<readonly VariableOutcome[], AdminFailure>
  unset(layer: string, keys: readonly string[]): Result<readonly VariableOutcome[], AdminFailure>
}

export interface AdminNeeds {
  readonly directory: Directory
  readonly store: MailStore
  readonly queue: MailQueue
  readonly hasher: PasswordHasher
  readonly reconcileAccount: (user: User) => Promise<Result<void, StoreFailure>>
  readonly variables: Variables
  /** What may be set but will hardly do what is wanted, in words; nothing when all looks well. */
  readonly doubtSetting: (key: string, value: string) => Promise<string | undefined>
  /** What was removed before this moment cannot be brought back. */
  readonly keptSince: () => Instant
  readonly minimumPasswordLength: () => number
  /** Is a removed user's mail erased? */
  readonly deleteMailboxes: () => boolean
  readonly log: Log
}
