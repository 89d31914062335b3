import type { Instant } from '#base/clock'
import type { Result } from '#base/result'
import { reconcileAccount } from '#mail/accounts'
import type { User } from '#mail/directory'
import type { Delivered, Delivery, MailStore, StoredContent, StoreFailure } from '#mail/store'

export interface Letter {
  readonly content: StoredContent
  readonly received: Instant
  /** Names this letter to this recipient for ever: a second delivery under it writes nothing. */
  readonly key: string
}

export type Deliver = (letter: Letter, user: User) => Promise<Result<Delivered, StoreFailure>>

/** Files a letter into a user's box. Durable when it resolves, and harmless to repeat. */
export function makeDeliver(store: MailStore): Deliver {
  return async ({ content, received, key }, user) => {
    const delivery: Delivery = {
      account: user.account,
      mailbox: 'INBOX',
      message: { content, received, flags: [] },
      key: `${key}/INBOX`,
    }
    const delivered = await store.deliver(delivery)
    if (delivered.ok || delivered.failure !== 'no-such-account') return delivered
    const made = await reconcileAccount(store, user)
    return made.ok ? store.deliver(delivery) : made
  }
}
