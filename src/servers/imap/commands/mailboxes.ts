import type { SpecialUse } from '#mail/store'
import type { CreateCommand, MailboxCommand, RenameCommand } from '#standards/imap'
import { type Answers, completed, failed, refused } from '../answers.ts'
import type { LoggedIn } from '../session.ts'

const specialUses: readonly SpecialUse[] = ['\\Sent', '\\Drafts', '\\Trash', '\\Junk', '\\Archive']

/** CREATE, RFC 3501 §6.3.3; with a use, RFC 6154 §3. */
export async function* handleCreate({ tag, mailbox, specialUse }: CreateCommand, session: LoggedIn): Answers {
  const use = specialUses.find(each => each.toLowerCase() === specialUse[0]?.toLowerCase())
  if (specialUse.length > 1 || (specialUse.length === 1 && !use))
    return yield refused(tag, 'A mailbox cannot be created for that use', 'USEATTR')
  const created = await session.account.createMailbox(mailbox, use)
  yield created.ok ? completed(tag, 'CREATE completed') : failed(tag, created.failure)
}

/** DELETE, RFC 3501 §6.3.4. */
export async function* handleDelete({ tag, mailbox }: MailboxCommand, session: LoggedIn): Answers {
  const found = session.selected && (await session.account.findMailbox(mailbox))
  const removed = await session.account.removeMailbox(mailbox)
  if (removed.ok && found && session.selected?.open.id === found.id) session.deselect()
  yield removed.ok ? completed(tag, 'DELETE completed') : failed(tag, removed.failure)
}

/** RENAME, RFC 3501 §6.3.5. */
export async function* handleRename({ tag, from, to }: RenameCommand, session: LoggedIn): Answers {
  const renamed = await session.account.renameMailbox(from, to)
  yield renamed.ok ? completed(tag, 'RENAME completed') : failed(tag, renamed.failure)
}

/** SUBSCRIBE and UNSUBSCRIBE, RFC 3501 §6.3.6 and §6.3.7. */
export async function* handleSubscribe({ tag, name, mailbox }: MailboxCommand, session: LoggedIn): Answers {
  const done = await session.account.subscribe(mailbox, name === 'SUBSCRIBE')
  yield done.ok ? completed(tag, `${name} completed`) : failed(tag, done.failure)
}
