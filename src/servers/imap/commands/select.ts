import { ByteWriter, type MailboxCommand, type PlainCommand, writeResponse } from '#standards/imap'
import { type Answers, completed, failed, note, refused } from '../answers.ts'
import { SelectedMailbox } from '../selected-mailbox.ts'
import type { LoggedIn, Selecting } from '../session.ts'
import { flagResponses, writeCounts } from '../updates.ts'
import { imapWords } from '../words.ts'
import { quotaAlert } from './quota.ts'

/** SELECT and EXAMINE, RFC 3501 §6.3.1 and §6.3.2. One that fails leaves nothing selected. */
export async function* handleSelect(command: MailboxCommand, session: LoggedIn): Answers {
  const { tag, mailbox: name } = command
  const readOnly = command.name === 'EXAMINE'
  if (session.selected) {
    session.deselect()
    yield note('The mailbox before is closed', 'CLOSED')
  }
  const mailbox = await session.account.findMailbox(name)
  if (!mailbox) return yield refused(tag, imapWords['no-such-mailbox'].text, 'NONEXISTENT')
  const opened = await session.account.openMailbox(mailbox.id)
  if (!opened.ok) return yield failed(tag, opened.failure)

  const selected = new SelectedMailbox(opened.value, readOnly, session.onNews)
  session.select(selected)
  const out = new ByteWriter()
  for (const response of flagResponses(selected)) writeResponse(out, response)
  writeCounts(out, selected)
  const tell = (text: string, code: 'UNSEEN' | 'UIDVALIDITY' | 'UIDNEXT', number: number): void =>
    writeResponse(out, note(text, { code, number }))
  const unseen = selected.firstUnseen()
  if (unseen !== undefined) tell('First unseen', 'UNSEEN', unseen)
  tell('UIDs are valid', 'UIDVALIDITY', opened.value.uidValidity)
  tell('The next UID', 'UIDNEXT', opened.value.uidNext)
  yield out.takeBytes()
  const alert = await quotaAlert(session)
  if (alert) yield alert
  yield readOnly ? completed(tag, 'EXAMINE completed', 'READ-ONLY') : completed(tag, 'SELECT completed', 'READ-WRITE')
}

/** CLOSE, RFC 3501 §6.4.2: removes what is marked, without telling; UNSELECT, RFC 3691: removes nothing. */
export async function* handleClose(command: PlainCommand, session: Selecting): Answers {
  const { selected, account } = session
  if (command.name === 'CLOSE' && !selected.readOnly) {
    const gone = await account.expunge(selected.open.id)
    if (!gone.ok && gone.failure !== 'no-such-mailbox') return yield failed(command.tag, gone.failure)
  }
  session.deselect()
  yield completed(command.tag, `${command.name} completed`)
}
