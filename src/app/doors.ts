/** The doors that the server opens, by their standard ports (RFC 5321, 8314, 9051; UCS keeps LMTP at 2003). */
export interface Door {
  readonly name: string
  readonly port: number
  readonly speaks: 'mx' | 'submission' | 'lmtp' | 'imap'
  /** TLS from the first byte, instead of on request. */
  readonly tls: boolean
  /** Only for programs on this machine, whatever the bind address. */
  readonly loopback: boolean
  readonly about: string
}

export const doors: readonly Door[] = [
  { name: 'smtp', port: 25, speaks: 'mx', tls: false, loopback: false, about: 'mail from other servers' },
  { name: 'submissions', port: 465, speaks: 'submission', tls: true, loopback: false, about: 'sending, TLS' },
  { name: 'submission', port: 587, speaks: 'submission', tls: false, loopback: false, about: 'sending, STARTTLS' },
  { name: 'imap', port: 143, speaks: 'imap', tls: false, loopback: false, about: 'reading, STARTTLS' },
  { name: 'imaps', port: 993, speaks: 'imap', tls: true, loopback: false, about: 'reading, TLS' },
  {
    name: 'lmtp',
    port: 2003,
    speaks: 'lmtp',
    tls: false,
    loopback: true,
    about: 'delivery by other programs, loopback only',
  },
]
