import { bool, pint, uint } from '../kinds.ts'
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
  doc: 'Is the mail of a user erased when the user is removed, once it can no longer be brought back? If not it stays in the store, where no later user of the same name or address can see it.',
})

export const quotaEnabled = variable({
  key: 'mail/cyrus/imap/quota',
  kind: bool,
  preset: true,
  applies: 'at once',
  doc: 'Do quotas hold? `no` keeps them in mind and lets everybody have as much as the disk takes.',
})

export const quotaWarnPercent = variable({
  key: 'mail/cyrus/imap/quotawarnpercent',
  kind: uint({ max: 100 }),
  preset: 90,
  applies: 'at once',
  doc: 'From so many percent of the quota on, a mail program is told that space is short whenever it opens a mailbox.',
})

export const quotaWarnKilobytes = variable({
  key: 'mail/cyrus/imap/quotawarnkb',
  kind: uint(),
  preset: 0,
  applies: 'at once',
  doc: 'The same when no more than so many kilobytes are left, whatever the percentage; 0 leaves it to the percentage.',
})

export const retentionDays = variable({
  key: 'mail/retention/days',
  kind: pint({ max: 3_650 }),
  preset: 30,
  applies: 'at once',
  doc: 'For how many days expunged messages, removed mailboxes and removed users can be brought back with `hauspost undelete`. Then their rows go within a day. What has been longer gone when the number is lowered goes at once.',
})
