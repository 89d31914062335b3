import type { Quota } from '#mail/store'
import type { AccountPage } from './book.ts'

/** An account's numbers as the port shows them. */
export const quotaOf = (account: Pick<AccountPage, 'bytes' | 'messages' | 'mostBytes' | 'mostMessages'>): Quota => ({
  used: { bytes: account.bytes, messages: account.messages },
  limits: { bytes: account.mostBytes, messages: account.mostMessages },
})
