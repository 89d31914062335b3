import type { ExpungeCommand } from '#standards/imap'
import { type Answers, completed, failed, refused } from '../answers.ts'
import type { Selecting } from '../session.ts'

/** EXPUNGE, RFC 3501 §6.4.3, and UID EXPUNGE, RFC 4315 §2.1. Who is gone is told with the other news. */
export async function* handleExpunge({ tag, uids }: ExpungeCommand, { selected, account }: Selecting): Answers {
  if (selected.readOnly) return yield refused(tag, 'The mailbox is open for reading only', 'READ-ONLY')
  const gone = await account.expunge(selected.open.id, uids && selected.byUids(uids).uids)
  yield gone.ok ? completed(tag, 'EXPUNGE completed') : failed(tag, gone.failure)
}
