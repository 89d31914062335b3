import type { LoginFailure } from '#mail/login'
import type { StoreFailure } from '#mail/store'
import type { PlainCode } from '#standards/imap'

export interface ImapWords {
  /** A response code of RFC 5530 or its successors. */
  readonly code: PlainCode
  readonly text: string
}

/** How IMAP says each failure of the store. A new failure does not compile until it has words here. RFC 5530. */
export const imapWords = {
  'no-such-account': { code: 'UNAVAILABLE', text: 'This mail account is not here' },
  'no-such-mailbox': { code: 'NONEXISTENT', text: 'No such mailbox' },
  'mailbox-exists': { code: 'ALREADYEXISTS', text: 'There is a mailbox of that name' },
  'invalid-name': { code: 'CANNOT', text: 'Not a name for a mailbox' },
  'inbox-stays': { code: 'CANNOT', text: 'INBOX stays' },
  'has-children': { code: 'HASCHILDREN', text: 'There are mailboxes below it' },
  'too-many-keywords': { code: 'LIMIT', text: 'Too many keywords in this mailbox' },
  'too-many-mailboxes': { code: 'LIMIT', text: 'Too many mailboxes' },
  'over-quota': { code: 'OVERQUOTA', text: 'The mailbox is full: delete some mail first' },
  'too-many-rights': { code: 'LIMIT', text: 'Too many entries in the list of rights' },
  'no-space': { code: 'UNAVAILABLE', text: 'No space left on the server; try again later' },
  'store-closed': { code: 'UNAVAILABLE', text: 'The mail store is closing' },
} as const satisfies Record<StoreFailure, ImapWords>

/** Never which half was wrong. RFC 5530 §3, RFC 9051 §6.2.2. */
export const loginWords = {
  'wrong-credentials': { code: 'AUTHENTICATIONFAILED', text: 'Login name or password is wrong' },
  disabled: { code: 'AUTHENTICATIONFAILED', text: 'Login name or password is wrong' },
  'too-many-attempts': { code: 'UNAVAILABLE', text: 'Too many attempts; try again later' },
  unavailable: { code: 'UNAVAILABLE', text: 'No logins at the moment; try again later' },
} as const satisfies Record<LoginFailure, ImapWords>
