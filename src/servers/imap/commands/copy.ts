import type { CopyCommand } from '#standards/imap'
import { type Answers, bad, completed, failedTarget, note, refused } from '../answers.ts'
import type { Selecting } from '../session.ts'
import { imapWords } from '../words.ts'

/** COPY, RFC 3501 §6.4.7, and MOVE, RFC 6851: all of the messages or none. */
export async function* handleCopy(command: CopyCommand, session: Selecting): Answers {
  const { tag, name, mailbox } = command
  const { selected, account } = session
  const chosen = selected.choose(command)
  if (chosen.outside) return yield bad(tag, 'No such message')
  const target = await account.findMailbox(mailbox)
  if (!target) return yield refused(tag, imapWords['no-such-mailbox'].text, 'TRYCREATE')
  if (chosen.someGone) return yield refused(tag, 'Some of the messages are gone', 'EXPUNGEISSUED')
  if (chosen.uids.length === 0) return yield completed(tag, `${name} completed: nothing was there`)
  const done =
    name === 'COPY'
      ? await account.copy(selected.open.id, chosen.uids, target.id)
      : await account.move(selected.open.id, chosen.uids, target.id)
  if (!done.ok) return yield failedTarget(tag, done.failure)
  const { uidValidity, from, to } = done.value
  if (from.length === 0) return yield completed(tag, `${name} completed: nothing was there`)
  const code = { code: 'COPYUID', uidValidity, from, to } as const
  if (name === 'COPY') return yield completed(tag, 'COPY completed', code)
  // Before the EXPUNGE responses, so that the client can follow its messages: RFC 6851 §4.3.
  yield note('Moved', code)
  yield completed(tag, 'MOVE completed')
}
