import { fail, ok } from '#base/result'
import { applyRightsChange, noRights, type Rights, type RightsEntry } from '#mail/rights'
import { rightsEntriesPerMailbox } from '#mail/store'
import type { Database } from '../database.ts'
import type { Book } from './book.ts'
import type { OpOf, Outcome } from './op.ts'

/** The rights of a mailbox's row of the list, as its table holds it. */
export interface AccessRow {
  readonly who: string
  readonly negative: number
  readonly rights: number
}

export const entryOf = ({ who, negative, rights }: AccessRow): RightsEntry => ({
  who: who as RightsEntry['who'],
  negative: negative === 1,
  rights: rights as Rights,
})

/** One entry of one mailbox's list; its row and the change are one transaction. */
export function makeChangeRights(
  database: Database,
  book: Book,
): (op: OpOf<'change-rights'>) => Outcome<'change-rights'> {
  const list = database.prepare('SELECT who, negative, rights FROM access WHERE mailbox = ? ORDER BY who, negative')
  const put = database.prepare(
    `INSERT INTO access (mailbox, who, negative, rights) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rights = excluded.rights`,
  )
  const drop = database.prepare('DELETE FROM access WHERE mailbox = ? AND who = ? AND negative = ?')

  return ({ account: id, at, mailbox, change }) => {
    const account = book.account(id)
    if (!account) return fail('no-such-account')
    const box = book.box(account, mailbox)
    if (!box) return fail('no-such-mailbox')
    const before = (list.all(box.id) as AccessRow[]).map(entryOf)
    const after = applyRightsChange(before, change)
    const { who, negative } = change
    const of = (entries: readonly RightsEntry[]): Rights =>
      entries.find(each => each.who === who && each.negative === negative)?.rights ?? noRights
    const rights = of(after)
    if (rights === of(before)) return ok(undefined)
    if (after.length > rightsEntriesPerMailbox && after.length > before.length) return fail('too-many-rights')
    if (rights === noRights) drop.run(box.id, who, Number(negative))
    else put.run(box.id, who, Number(negative), rights)
    book.record(box, at, book.nextModseq(account), { kind: 'rights', who, negative, rights })
    book.saveAccount(account)
    return ok(undefined)
  }
}
