import { aliasTarget, list, network, pint, uint } from '../kinds.ts'
import { variable } from '../variable.ts'

export const messageSizeLimit = variable({
  key: 'mail/messagesizelimit',
  kind: uint({ max: 2_000_000_000 }),
  preset: 10_240_000,
  applies: 'at once',
  doc: 'The largest letter that is taken, in bytes; 0 is no limit. Attachments grow by a third on their way.',
})

export const recipientLimit = variable({
  key: 'mail/smtp/recipients/limit',
  // RFC 5321 §4.5.3.1.8: at least 100.
  kind: pint({ min: 100, max: 10_000 }),
  preset: 1_000,
  applies: 'at once',
  doc: 'How many recipients one letter may name.',
})

export const smtpConnections = variable({
  key: 'mail/smtp/connections/limit',
  kind: pint({ max: 100_000 }),
  preset: 2_000,
  applies: 'to new connections',
  doc: 'How many connections port 25 has at once. They never take more than half of the files that the system lets the server open.',
})

export const smtpConnectionsPerAddress = variable({
  key: 'mail/smtp/connections/peraddress',
  kind: pint({ max: 100_000 }),
  preset: 20,
  applies: 'to new connections',
  doc: 'How many of them one address may hold, or one network of 64 bits of IPv6. This machine and `mail/postfix/mynetworks` may hold any number.',
})

export const submissionConnections = variable({
  key: 'mail/submission/connections/limit',
  kind: pint({ max: 100_000 }),
  preset: 200,
  applies: 'to new connections',
  doc: 'How many connections ports 465 and 587 have at once, both together. One address may hold a quarter of them, or 20 if that is more.',
})

export const relayNetworks = variable({
  key: 'mail/postfix/mynetworks',
  kind: list(network),
  preset: [],
  applies: 'at once',
  doc: 'Networks from which mail may be sent anywhere without a login, such as `192.0.2.0/24 2001:db8::/32`. Nobody is in it unless it is set, not even this machine. One address of theirs may hold any number of connections.',
})

export const alias = variable({
  key: 'mail/alias/<name>',
  kind: aliasTarget,
  preset: undefined,
  applies: 'at once',
  doc: 'Where the mail of a name goes that no user has, in every mail domain of this server: `mail/alias/postmaster` = `anna@example.org`. A name without a domain is another alias, a user, or an address in the same domain. An address of another server may be named; letters that come by LMTP are not sent there.',
})
