import { setImmediate as nextTurn } from 'node:timers/promises'
import { instant } from '#base/clock'
import { flagNames, type MailboxId, messageOrdinal, type RetainedMailbox, type RetainedMessage, uid } from '#mail/store'
import type { ShardReader } from './reader.ts'
import type { EndedRow, RetainedMailboxRow, RetainedRows } from './retained-rows.ts'

/** Rows that are read before others get their turn. */
const rowsAtOnce = 256

/** The mailboxes of an account of which something can be brought back. */
export function listRetained(rows: RetainedRows, account: number): readonly RetainedMailbox[] {
  return rows.mailboxes(account).flatMap((row): readonly RetainedMailbox[] => {
    const { id, name, removed } = row
    if (removed !== null)
      return [{ id: id as MailboxId, name, removed: removedAt(rows, account, row), messages: row.exists }]
    const messages = rows.countEnded(id)
    return messages > 0 ? [{ id: id as MailboxId, name, messages }] : []
  })
}

const removedAt = (rows: RetainedRows, account: number, { id, removed }: RetainedMailboxRow) =>
  instant(rows.timeOf(account, removed ?? 0, id) ?? 0)

/** What has ended in a mailbox; of a removed one also what was in it, which ended with it. */
export async function* readRetained(
  reader: ShardReader,
  account: number,
  mailbox: number,
  stillOpen: () => void,
): AsyncGenerator<readonly RetainedMessage[]> {
  const rows = reader.retained
  const source = rows.mailbox(account, mailbox)
  if (!source) return
  const keywords = reader.keywords(mailbox)
  const show = ({ low, high, ...row }: EndedRow): RetainedMessage => ({
    uid: uid(row.uid),
    ordinal: messageOrdinal(row.ordinal),
    ended: instant(row.at),
    size: row.size,
    received: instant(row.received),
    flags: flagNames({ low, high }, keywords),
  })
  for (let after = 0; ; ) {
    stillOpen()
    const some = rows.ended(account, mailbox, after, rowsAtOnce)
    if (some.length > 0) yield some.map(show)
    if (some.length < rowsAtOnce) break
    after = some.at(-1)?.uid ?? after
    await nextTurn()
  }
  if (source.removed === null) return
  const at = removedAt(rows, account, source)
  const ledger = reader.loadRemoved(account, mailbox)
  if (!ledger) return
  const { view, size } = ledger
  for (let from = 0; from < view.count; from += rowsAtOnce) {
    await nextTurn()
    stillOpen()
    const batch: RetainedMessage[] = []
    for (let i = from; i < Math.min(from + rowsAtOnce, view.count); i++) {
      const ordinal = view.ordinal[i] as number
      const facts = rows.factsOf(account, ordinal)
      const [low, high] = [view.low[i] as number, view.high[i] as number]
      if (facts)
        batch.push(
          show({
            uid: view.uid[i] as number,
            ordinal,
            low,
            high,
            ended: 0,
            at,
            size: size[i] as number,
            received: facts.received,
          }),
        )
    }
    yield batch
  }
}
