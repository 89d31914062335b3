import { DELETED, type Mailbox } from '#mail/store'
import type { StatusCommand, StatusItem } from '#standards/imap'
import { type Answer, type Answers, completed, refused } from '../answers.ts'
import type { LoggedIn } from '../session.ts'
import { imapWords } from '../words.ts'

/** STATUS, RFC 3501 §6.3.10. */
export async function* handleStatus({ tag, mailbox: name, items }: StatusCommand, session: LoggedIn): Answers {
  const mailbox = await session.account.findMailbox(name)
  if (!mailbox) return yield refused(tag, imapWords['no-such-mailbox'].text, 'NONEXISTENT')
  yield await statusOf(mailbox, items, session)
  yield completed(tag, 'STATUS completed')
}

export async function statusOf(mailbox: Mailbox, items: readonly StatusItem[], session: LoggedIn): Promise<Answer> {
  const recent = items.includes('RECENT') ? await countUnclaimed(mailbox, session) : 0
  const deleted = items.some(item => item.startsWith('DELETED')) ? await countDeleted(mailbox, session) : none
  const numbers: Record<StatusItem, number> = {
    MESSAGES: mailbox.exists,
    RECENT: recent,
    UIDNEXT: mailbox.uidNext,
    UIDVALIDITY: mailbox.uidValidity,
    UNSEEN: mailbox.unseen,
    DELETED: deleted.messages,
    'DELETED-STORAGE': deleted.bytes,
  }
  return {
    kind: 'mailbox-status',
    mailbox: mailbox.name,
    items: items.map(item => ({ item, number: numbers[item] })),
  }
}

const none = { messages: 0, bytes: 0 }

/** What an EXPUNGE would free. RFC 9208 §4.1.4. */
async function countDeleted(mailbox: Mailbox, { account }: LoggedIn): Promise<typeof none> {
  if (mailbox.exists === 0) return none
  const opened = await account.openMailbox(mailbox.id)
  if (!opened.ok) return none
  const { view } = opened.value
  const ordinals = view.ordinal.subarray(0, view.count).filter((_, place) => (view.low[place] as number) & DELETED)
  opened.value.close()
  let bytes = 0
  // Several UIDs may be one message: each of them counts.
  const sizes = new Map<number, number>()
  for await (const batch of account.readFacts(ordinals))
    for (const { ordinal, content } of batch) sizes.set(ordinal, content.size)
  for (const ordinal of ordinals) bytes += sizes.get(ordinal) ?? 0
  return { messages: ordinals.length, bytes }
}

/** Messages that no session has claimed as \\Recent yet. */
async function countUnclaimed(mailbox: Mailbox, { account }: LoggedIn): Promise<number> {
  const unclaimedFrom = await account.recentFrom(mailbox.id)
  if (unclaimedFrom <= 1) return mailbox.exists
  if (unclaimedFrom >= mailbox.uidNext) return 0
  const opened = await account.openMailbox(mailbox.id)
  if (!opened.ok) return 0
  const { view, recentFrom } = opened.value
  let count = 0
  for (let i = view.count - 1; i >= 0 && (view.uid[i] as number) >= recentFrom; i--) count++
  opened.value.close()
  return count
}
