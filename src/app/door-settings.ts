import { defaultImapSettings, type ImapSettings } from '#servers/imap'
import { defaultListenLimits, type ListenLimits, makeSeats } from '#servers/listener'
import { defaultSmtpSettings, type SmtpSettings } from '#servers/smtp'
import type { Door } from './doors.ts'
import type { ServerSettings } from './settings.ts'

/** The same object as long as the settings are the same: a door compares it to know whether anything changed. */
function translated<T>(settings: () => ServerSettings, translate: (from: ServerSettings) => T): () => T {
  let seen: ServerSettings | undefined
  let made: T
  return () => {
    const now = settings()
    if (now !== seen) {
      made = translate(now)
      seen = now
    }
    return made
  }
}

export const smtpSettings = (settings: () => ServerSettings): (() => SmtpSettings) =>
  translated(settings, from => ({
    ...defaultSmtpSettings,
    hostname: from.hostname,
    banner: from.smtpBanner ?? defaultSmtpSettings.banner,
    maxMessageBytes: from.messageSizeLimit,
    maxRecipients: from.recipientLimit,
    allowPlaintextAuth: from.allowPlaintext,
  }))

export const imapSettings = (settings: () => ServerSettings): (() => ImapSettings) =>
  translated(settings, from => ({
    ...defaultImapSettings,
    hostname: from.hostname,
    allowPlaintextLogin: from.allowPlaintext,
    maxAppendBytes: from.messageSizeLimit,
    quotaHolds: from.quotaHolds,
    quotaWarnPercent: from.quotaWarnPercent,
    quotaWarnBytes: from.quotaWarnKilobytes * 1024,
  }))

/** Files that letters and indexes need while every seat is taken. */
const keptFiles = (mostFiles: number): number => Math.max(128, Math.ceil(mostFiles / 10))

/**
 * Who may come in at which kind of door. Each kind has seats of its own, so that a flood at one leaves the others
 * alone, and no more of them all together than the system gives files for: a letter that cannot be written down is
 * refused, and then nobody is served.
 */
export function doorLimits(
  settings: () => ServerSettings,
  mostFiles: number | undefined,
): Readonly<Record<Door['speaks'], ListenLimits>> {
  const most = mostFiles === undefined ? Number.POSITIVE_INFINITY : Math.max(16, mostFiles - keptFiles(mostFiles))
  const house = makeSeats(() => ({ maxConnections: most, maxPerAddress: most }))
  const limited = (maxConnections: () => number, maxPerAddress: () => number): ListenLimits => {
    const counts = () => ({
      maxConnections: maxConnections(),
      maxPerAddress: maxPerAddress(),
      isTrusted: settings().isTrusted,
    })
    return { ...defaultListenLimits, seats: makeSeats(counts, house) }
  }
  return {
    mx: limited(
      () => Math.min(settings().smtpConnections, Math.ceil(most / 2)),
      () => settings().smtpConnectionsPerAddress,
    ),
    submission: limited(
      () => settings().submissionConnections,
      () => Math.max(20, Math.floor(settings().submissionConnections / 4)),
    ),
    // A webmail or an office behind one address brings many; one address alone must leave room for others.
    imap: limited(
      () => settings().imapConnections,
      () => Math.max(50, Math.floor(settings().imapConnections / 4)),
    ),
    lmtp: limited(
      () => defaultListenLimits.maxPerAddress,
      () => defaultListenLimits.maxPerAddress,
    ),
  }
}
