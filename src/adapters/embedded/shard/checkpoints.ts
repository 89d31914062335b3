import type { Database } from '../database.ts'
import type { Book, Box } from './book.ts'
import { packView } from './pack-view.ts'

/**
 * Writes views behind, so that opening a mailbox is one row and a short tail of changes. A checkpoint is due when the
 * tail is long for its size, or has to be looked for among many changes of other mailboxes.
 */
export function makeCheckpoints(
  database: Database,
  book: Book,
  changesToReplay: number,
): { write(until: () => boolean): void } {
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

  return {
    write(until) {
      for (const box of book.touched) {
        if (until()) return
        book.touched.delete(box)
        if (box.removed || !isDue(box)) continue
        save.run(box.id, box.highestModseq, packView(book.ledger(box)))
        box.pending = 0
        book.saveBox(box)
      }
    },
  }
}
