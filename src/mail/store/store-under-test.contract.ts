import assert from 'node:assert/strict'
import { latin1 } from '#base/bytes'
import { type Instant, instant } from '#base/clock'
import type { Result } from '#base/result'
import type { Change } from './change.ts'
import type { StoredContent } from './content.ts'
import { flagNames } from './flags.ts'
import { type AccountId, accountId, type MailboxId } from './ids.ts'
import { defaultMailboxes, type Mailbox } from './mailbox.ts'
import type { NewMessage } from './message.ts'
import type { AccountStore, Delivery, MailStore } from './store.ts'
import { applyChange, type MailboxView } from './view.ts'

/** A store on a place of its own. */
export interface StoreUnderTest {
  readonly store: MailStore
  /** Makes a content durable. */
  keep(bytes: Uint8Array): Promise<StoredContent>
  /** Closes it and opens it again on what it has left behind. */
  reopen(): Promise<StoreUnderTest>
  /** Closes it and removes its place. */
  close(): Promise<void>
}

export type OpenStore = () => Promise<StoreUnderTest>

/** One store, one account with the default mailboxes, and short words for what tests do over and over. */
export class Bench {
  static readonly account: AccountId = accountId(7)
  readonly id: AccountId
  test: StoreUnderTest
  account: AccountStore

  constructor(test: StoreUnderTest, account: AccountStore) {
    this.test = test
    this.account = account
    this.id = account.account
  }

  async reopen(): Promise<void> {
    this.test = await this.test.reopen()
    this.account = must(await this.test.store.openAccount(this.id))
  }

  async message(text = 'body', flags: readonly string[] = []): Promise<NewMessage> {
    return { content: await this.test.keep(letter(text)), received, flags }
  }

  async messages(count: number, flags: readonly string[] = []): Promise<NewMessage[]> {
    const one = await this.message('one of many', flags)
    return Array.from({ length: count }, () => one)
  }

  async delivery(key: string, mailbox = 'INBOX'): Promise<Delivery> {
    return { account: this.id, mailbox, key, message: await this.message(key) }
  }

  async box(name: string): Promise<Mailbox> {
    const found = await this.account.findMailbox(name)
    assert.ok(found, `no mailbox ${name}`)
    return found
  }

  async made(name: string): Promise<MailboxId> {
    return must(await this.account.createMailbox(name)).id
  }

  /** UIDs and flags, as whoever opens the mailbox now sees them. */
  async seen(mailbox: MailboxId): Promise<Record<number, string>> {
    const open = must(await this.account.openMailbox(mailbox))
    const rows = rowsOf(open.view)
    open.close()
    return rows
  }

  async changes(): Promise<readonly Change[]> {
    return this.account.changesSince(0 as never, 1_000_000)
  }
}

export async function makeBench(test: StoreUnderTest, id: AccountId = Bench.account): Promise<Bench> {
  must(await test.store.createAccount(id, defaultMailboxes))
  return new Bench(test, must(await test.store.openAccount(id)))
}

export async function withBench(open: OpenStore, act: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = await makeBench(await open())
  try {
    await act(bench)
  } finally {
    await bench.test.close()
  }
}

export const received: Instant = instant(Date.UTC(2026, 10, 24, 10))

export const letter = (text: string): Uint8Array =>
  latin1(`From: a@example.org\r\nTo: b@example.com\r\nSubject: ${text}\r\n\r\n${text}\r\n`)

export function must<T>(result: Result<T, string>): T {
  if (!result.ok) assert.fail(`failed: ${result.failure}`)
  return result.value
}

export const failureOf = (result: Result<unknown, string>): string | undefined =>
  result.ok ? undefined : result.failure

export const uidsOf = (...uids: number[]): Uint32Array => Uint32Array.from(uids)

export function rowsOf(view: MailboxView): Record<number, string> {
  const rows: Record<number, string> = {}
  for (let i = 0; i < view.count; i++) {
    const bits = { low: view.low[i] as number, high: view.high[i] as number }
    rows[view.uid[i] as number] = flagNames(bits, view.keywords).sort().join(' ')
  }
  return rows
}

/** All that a view says, to be compared with another. */
export const wholeView = ({ count, uid, ordinal, low, high, modseq, upTo, keywords }: MailboxView) => ({
  uid: [...uid.subarray(0, count)],
  ordinal: [...ordinal.subarray(0, count)],
  low: [...low.subarray(0, count)],
  high: [...high.subarray(0, count)],
  modseq: [...modseq.subarray(0, count)],
  keywords: [...keywords],
  upTo,
})

/** Applies to a view all that concerns its mailbox. */
export function follow(view: MailboxView, mailbox: MailboxId, changes: readonly Change[]): void {
  for (const change of changes) if (change.mailbox === mailbox) applyChange(view, change)
}
