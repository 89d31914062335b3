import { fail, ok } from '#base/result'
import type { Database } from '../database.ts'
import type { Book, Box } from './book.ts'
import type { OpOf, Outcome } from './op.ts'
import { packView } from './pack-view.ts'

export interface Checkpoints {
  /** Those that are due, until it is told to stop. */
  write(until: () => boolean): void
  /** One that somebody is about to open. */
  writeOne(op: OpOf<'checkpoint'>): Outcome<'checkpoint'>
}

/**
 * Writes views behind, so that opening a mailbox is one row and a short tail of changes. A checkpoint is due when the
 * tail is long for its size, or has to be looked for among many changes of other mailboxes.
 */
export function makeCheckpoints(database: Database, book: Book, changesToReplay: number): Checkpoints {
  const save = database.prepare(
    `INSERT INTO view (mailbox, up_to, columns) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET up_to = excluded.up_to, columns = excluded.columns`,
  )
  const upTo = database.prepare('SELECT up_to FROM view WHERE mailbox = ?').pluck()

  const isDue = (box: Box): boolean => {
    const enough = Math.max(changesToReplay, box.exists / 16)
    if (box.pending > enough) return true
    const span = box.highestModseq - Number(upTo.get(box.id) ?? 0)
    return span > 4 * enough
  }

  const checkpoint = (box: Box): void => {
    save.run(box.id, box.highestModseq, packView(book.ledger(box)))
    box.pending = 0
    book.saveBox(box)
  }

  return {
    writeOne({ account: id, mailbox }) {
      const account = book.account(id)
      if (!account) return fail('no-such-account')
      const box = book.box(account, mailbox)
      if (!box) return fail('no-such-mailbox')
      if (box.pending > 0) checkpoint(box)
      return ok(undefined)
    },
    write(until) {
      for (const box of book.touched) {
        if (until()) return
        book.touched.delete(box)
        if (!box.removed && isDue(box)) checkpoint(box)
      }
    },
  }
}
