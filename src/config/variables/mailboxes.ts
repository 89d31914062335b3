import { bool, pint } from '../kinds.ts'
import { variable } from '../variable.ts'

export const imapEnabled = variable({
  key: 'mail/cyrus/imap',
  kind: bool,
  preset: true,
  applies: 'at the next start',
  doc: 'Is IMAP offered? Mail is delivered either way.',
})

export const imapConnections = variable({
  key: 'mail/cyrus/imap/maxchilds',
  kind: pint({ max: 100_000 }),
  preset: 10_000,
  applies: 'to new connections',
  doc: 'How many IMAP connections may be open at once, on both ports together. One address may hold a quarter of them, or 50 if that is more.',
})

export const deleteMailboxes = variable({
  key: 'mail/cyrus/mailbox/delete',
  kind: bool,
  preset: false,
  applies: 'at once',
  doc: 'Is the mail of a user erased when the user is removed? If not it stays in the store, where no later user of the same name or address can see it.',
})
