import { ByteWriter, type StoreCommand } from '#standards/imap'
import { type Answers, bad, completed, failed, refused } from '../answers.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Selecting } from '../session.ts'
import { writeFlagLines, writeKeywords } from '../updates.ts'

/** How many messages are told between two turns of the event loop. */
const slice = 1_000

/** STORE, RFC 3501 §6.4.6. Whatever it touches is told, also where nothing changed; `.SILENT` tells nothing. */
export async function* handleStore(command: StoreCommand, session: Selecting): Answers {
  const { tag, operation, silent, flags } = command
  const { selected, account } = session
  const chosen = selected.choose(command)
  if (chosen.outside) return yield bad(tag, 'No such message')
  if (chosen.uids.length > 0) {
    const stored = await account.setFlags(selected.open.id, chosen.uids, { op: operation, flags })
    if (!stored.ok) return yield failed(tag, stored.failure)
    if (stored.value.changed.length > 0) selected.forgetChange(stored.value.modseq)
    if (!silent) yield* tellFlags(selected, chosen.uids)
  }
  yield chosen.someGone
    ? refused(tag, 'Some of the messages are gone', 'EXPUNGEISSUED')
    : completed(tag, 'STORE completed')
}

/** FETCH responses with the flags of these messages, those that went meanwhile left out. */
export async function* tellFlags(selected: SelectedMailbox, uids: Uint32Array): Answers {
  const out = new ByteWriter()
  for (let from = 0; from < uids.length; from += slice) {
    const places: number[] = []
    let hint = 0
    for (const uid of uids.subarray(from, from + slice)) {
      const place = selected.placeOf(uid, hint)
      if (place < 0) continue
      places.push(place)
      hint = place + 1
    }
    writeKeywords(out, selected)
    writeFlagLines(out, selected, places)
    yield* out.take()
  }
}
