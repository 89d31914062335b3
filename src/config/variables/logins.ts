import { bool, pint, uint } from '../kinds.ts'
import { variable } from '../variable.ts'

export const allowPlaintext = variable({
  key: 'mail/cyrus/auth/allowplaintext',
  kind: bool,
  preset: false,
  applies: 'at once',
  doc: 'May a password be sent over a connection without TLS? Whoever listens on the way then has it.',
})

export const loginCacheTimeout = variable({
  key: 'mail/saslauthd/cache/timeout',
  kind: uint({ max: 86_400 }),
  preset: 1_800,
  applies: 'at once',
  doc: 'For how many seconds a verified login is remembered; 0 is not at all. A changed password or a disabled account ends it at once.',
})

export const minimumPasswordLength = variable({
  key: 'password/quality/length/min',
  kind: pint({ max: 512 }),
  preset: 8,
  applies: 'to new accounts and passwords',
  doc: 'How many characters a new password must have.',
})
