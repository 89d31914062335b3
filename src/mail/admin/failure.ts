/** What kind of no it is; the command line makes an exit code of it, a web door a status. */
export type AdminFailureKind = 'failed' | 'usage' | 'not-found' | 'conflict' | 'denied'

export interface AdminFailure {
  readonly kind: AdminFailureKind
  readonly words: string
}

/** Stable: scripts rely on them. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  'not-found': 3,
  conflict: 4,
  denied: 5,
} satisfies Record<AdminFailureKind, number>
