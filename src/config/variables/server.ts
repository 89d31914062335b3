import { domainName, path, str } from '../kinds.ts'
import { variable } from '../variable.ts'

export const hostname = variable({
  key: 'hostname',
  kind: domainName,
  preset: undefined,
  applies: 'at once',
  doc: 'The first part of the name by which this server calls itself. Unset: the name that the system has.',
})

export const domainname = variable({
  key: 'domainname',
  kind: domainName,
  preset: undefined,
  applies: 'at once',
  doc: 'The domain that is put behind `hostname` to make the full name of this server.',
})

export const heloName = variable({
  key: 'mail/smtp/helo/name',
  kind: domainName,
  preset: undefined,
  applies: 'at once',
  doc: 'The full name of this server in SMTP greetings and trace lines. Unset: `hostname` and `domainname`.',
})

export const smtpBanner = variable({
  key: 'mail/postfix/smtpd/banner',
  kind: str('printable ASCII characters', /^[\x20-\x7e]+$/, 200),
  preset: undefined,
  applies: 'to new connections',
  doc: "What an SMTP greeting says behind the server's name. Unset: `ESMTP`.",
})

export const certificatePath = variable({
  key: 'mail/cyrus/ssl/certificate',
  kind: path,
  preset: undefined,
  applies: 'to new connections',
  doc: 'The certificate for every door, a PEM file with its chain behind it. Read again when the file changes. Unset: one that the server made and signed itself.',
})

export const certificateKeyPath = variable({
  key: 'mail/cyrus/ssl/key',
  kind: path,
  preset: undefined,
  applies: 'to new connections',
  doc: 'The private key that belongs to `mail/cyrus/ssl/certificate`, a PEM file.',
})
