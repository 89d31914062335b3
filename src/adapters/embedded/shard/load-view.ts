import { type AccountId, type Change, type MailboxId, makeView, modseq as toModseq } from '#mail/store'
import type { Database } from '../database.ts'
import { applyToLedger } from './ledger.ts'
import { unpackChange } from './pack-change.ts'
import { type Ledger, unpackView } from './pack-view.ts'

/** What the index holds contradicts itself. Named clearly, because the answer is a restore or a rebuild. */
export class DamagedIndex extends Error {
  readonly code = 'damaged'
  constructor(file: string, what: string) {
    super(`${file} is damaged: ${what}`)
    this.name = 'DamagedIndex'
  }
}

export interface MailboxState {
  readonly id: number
  readonly account: number
  readonly exists: number
  readonly highestModseq: number
}

interface ChangeRow {
  readonly modseq: number
  readonly kind: number
  readonly packed: Uint8Array
}

export interface ViewLoader {
  keywords(mailbox: number): readonly string[]
  /** The view as the last commit left it: the checkpoint and what came behind it. */
  load(mailbox: MailboxState): Ledger
  /** The same from the changes alone. */
  rebuild(mailbox: MailboxState): Ledger
}

/** For one connection; the caller holds a transaction, so that mailbox, checkpoint and changes are of one moment. */
export function makeViewLoader(database: Database): ViewLoader {
  const checkpointOf = database.prepare<[number]>('SELECT up_to AS upTo, columns FROM view WHERE mailbox = ?')
  const keywordsOf = database.prepare<[number]>('SELECT name FROM keyword WHERE mailbox = ? ORDER BY place').pluck()
  const changesOf = database.prepare<[number, number, number, number]>(
    `SELECT modseq, kind, packed FROM change
     WHERE account = ? AND modseq > ? AND modseq <= ? AND mailbox = ? ORDER BY modseq`,
  )

  const keywords = (mailbox: number): readonly string[] => keywordsOf.all(mailbox) as string[]

  const replay = (ledger: Ledger, { id, account, highestModseq }: MailboxState, all: readonly string[]): Ledger => {
    const rows = changesOf.iterate(account, ledger.view.upTo, highestModseq, id) as IterableIterator<ChangeRow>
    for (const { modseq, kind, packed } of rows) {
      const change: Change = {
        account: account as AccountId,
        mailbox: id as MailboxId,
        modseq: toModseq(modseq),
        what: unpackChange(kind, packed, all),
      }
      applyToLedger(ledger, change)
    }
    ledger.view.keywords = all
    ledger.view.upTo = toModseq(highestModseq)
    return ledger
  }

  const rebuild = (mailbox: MailboxState): Ledger => {
    const all = keywords(mailbox.id)
    const ledger = replay({ view: makeView(toModseq(0), all), size: new Uint32Array(0) }, mailbox, all)
    if (ledger.view.count === mailbox.exists) return ledger
    const { name } = database
    throw new DamagedIndex(
      name,
      `mailbox ${mailbox.id} says ${mailbox.exists} messages, its changes ${ledger.view.count}`,
    )
  }

  return {
    keywords,
    rebuild,
    load(mailbox) {
      const checkpoint = checkpointOf.get(mailbox.id) as { upTo: number; columns: Uint8Array } | undefined
      const all = keywords(mailbox.id)
      const start = checkpoint && unpackView(checkpoint.columns, toModseq(checkpoint.upTo), all)
      if (!start || start.view.upTo > mailbox.highestModseq) return rebuild(mailbox)
      const ledger = replay(start, mailbox, all)
      return ledger.view.count === mailbox.exists ? ledger : rebuild(mailbox)
    },
  }
}
