import type { SmtpRules } from '#standards/smtp'

/** What a door of SMTP asks of the configuration. A burst of commands sees one snapshot. */
export interface SmtpSettings extends Omit<SmtpRules, 'door' | 'offersTls'> {
  /** Said behind the name in the greeting. */
  readonly banner: string
  /** Up to and with the empty line; 0: no limit. */
  readonly maxHeaderBytes: number
  readonly maxLineBytes: number
  /** RFC 4954 §4: AUTH and its responses may be longer. */
  readonly maxAuthLineBytes: number
  /** For each whole command, however its bytes trickle. RFC 5321 §4.5.3.2.7. */
  readonly idleMilliseconds: number
  /** From the first byte of a content, or its first chunk, to its last; in each window at the least so many bytes a second. */
  readonly contentMilliseconds: number
  readonly rateWindowMilliseconds: number
  readonly minimumRate: number
}

export const defaultSmtpSettings: Omit<SmtpSettings, 'hostname'> = {
  banner: 'ESMTP',
  maxMessageBytes: 10_240_000,
  maxHeaderBytes: 102_400,
  maxRecipients: 1_000,
  maxErrors: 20,
  maxIdleCommands: 1_000,
  maxChunks: 10_000,
  maxLineBytes: 2_048,
  maxAuthLineBytes: 12_288,
  allowPlaintextAuth: false,
  idleMilliseconds: 300_000,
  contentMilliseconds: 3_600_000,
  rateWindowMilliseconds: 60_000,
  minimumRate: 500,
}
