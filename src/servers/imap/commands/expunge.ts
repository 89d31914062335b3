import type { ExpungeCommand } from '#standards/imap'
import { type Answers, completed, failed } from '../answers.ts'
import type { Selecting } from '../session.ts'

/** EXPUNGE, RFC 3501 §6.4.3, and UID EXPUNGE, RFC 4315 §2.1. Who is gone is told with the other news. */
export async function* handleExpunge({ tag, uids }: ExpungeCommand, { selected, account }: Selecting): Answers {
  const gone = await account.expunge(selected.open.id, uids && selected.choose({ uid: true, set: uids }).uids)
  yield gone.ok ? completed(tag, 'EXPUNGE completed') : failed(tag, gone.failure)
}
