/** What the IMAP door asks of the configuration. One command sees one snapshot. */
export interface ImapSettings {
  readonly hostname: string
  /** Passwords outside TLS. Loopback is no exception. */
  readonly allowPlaintextLogin: boolean
  /** RFC 9051 §5.4: at least 30 minutes. */
  readonly idleMilliseconds: number
  /** From the connection to the login. */
  readonly loginMilliseconds: number
  /** The largest message that APPEND takes; 0 for no limit. */
  readonly maxAppendBytes: number
  /** Do quotas hold at all? */
  readonly quotaHolds: boolean
  /** From so many percent on, or with so few bytes left (0: whatever is left), a user is warned. */
  readonly quotaWarnPercent: number
  readonly quotaWarnBytes: number
}

export const defaultImapSettings: Omit<ImapSettings, 'hostname'> = {
  allowPlaintextLogin: false,
  idleMilliseconds: 30 * 60_000,
  loginMilliseconds: 60_000,
  maxAppendBytes: 0,
  quotaHolds: true,
  quotaWarnPercent: 90,
  quotaWarnBytes: 0,
}
