import { defaultImapSettings, type ImapSettings } from '#servers/imap'
import { defaultListenLimits, type ListenLimits } from '#servers/listener'
import { defaultSmtpSettings, type SmtpSettings } from '#servers/smtp'
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
  }))

/** A webmail or an office behind one address brings many; one address alone must leave room for others. */
export const imapLimits = (settings: () => ServerSettings): ListenLimits => ({
  ...defaultListenLimits,
  get maxConnections() {
    return settings().imapConnections
  },
  get maxPerAddress() {
    return Math.max(50, Math.floor(settings().imapConnections / 4))
  },
})
