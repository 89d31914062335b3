import { SEEN } from '#mail/store'
import type { Database } from '../database.ts'
import type { Ledger } from '../shard/pack-view.ts'
import { unpackWire } from '../shard/pack-wire.ts'
import type { Findings } from './finding.ts'
import type { References } from './references.ts'
import { type MailboxRow, makeReplays, type Replayed, sameLedger } from './replay-mailbox.ts'

export interface AccountCheck {
  readonly shard: number
  readonly findings: Findings
  readonly references: References
  readonly userOf: (account: number) => string
}

interface AccountRow {
  readonly id: number
  readonly modseq: number
  readonly nextOrdinal: number
  readonly lastUidValidity: number
}

/** Looks at one account in one transaction: counters, views, memberships and messages must say the same. I4 I7 I9 I14. */
export function makeAccountCheck(database: Database, check: AccountCheck): (account: number) => void {
  const { findings, references, shard, userOf } = check
  const accountOf = database.prepare<[number], AccountRow>(
    `SELECT id, modseq, next_ordinal AS nextOrdinal, last_uid_validity AS lastUidValidity FROM account WHERE id = ?`,
  )
  const mailboxes = database.prepare<[number], MailboxRow & { readonly removed: number | null }>(
    `SELECT id, account, name, uid_validity AS uidValidity, uid_next AS uidNext, exists_count AS "exists", unseen, bytes,
       highest_modseq AS highestModseq, removed FROM mailbox WHERE account = ?`,
  )
  const members = database
    .prepare<[number, number], [number, number]>(
      `SELECT id & 4294967295, ordinal FROM membership
       WHERE id BETWEEN (? << 32) AND (? << 32) | 4294967295 AND ended IS NULL ORDER BY id`,
    )
    .raw()
  const messages = database.prepare<[number, number], MessageRow>(
    `SELECT m.id & 4294967295 AS ordinal, m.id AS id, content, size, w.packed AS packed
     FROM message m LEFT JOIN message_wire w ON w.id = m.id
     WHERE m.id BETWEEN (? << 32) AND (? << 32) | 4294967295 ORDER BY m.id`,
  )
  const greatestChange = database.prepare<[number], { modseq: number | null }>(
    'SELECT max(modseq) AS modseq FROM change WHERE account = ?',
  )
  const replays = makeReplays(database)

  const readMessages = (account: AccountRow, who: string): Map<number, number> => {
    const sizes = new Map<number, number>()
    for (const { ordinal, id, content, size, packed } of messages.iterate(account.id, account.id)) {
      sizes.set(ordinal, size)
      const where = `${who}, message ${ordinal}`
      if (!references.add(content, size, shard, id))
        findings.lost(where, `it refers to no content ('${content.slice(0, 40)}')`)
      const wrong = wrongWithWire(ordinal, packed, size)
      if (wrong !== undefined) findings.derived(where, wrong)
      if (ordinal >= account.nextOrdinal) findings.lost(where, 'its number could be given to another message')
    }
    findings.counts.messages += sizes.size
    return sizes
  }

  const checkMailbox = (
    box: MailboxRow,
    account: AccountRow,
    sizes: ReadonlyMap<number, number>,
    who: string,
  ): void => {
    const where = `${who}, mailbox ${box.name}`
    let replayed: Replayed
    try {
      replayed = replays.fromChanges(box)
    } catch (error) {
      findings.lost(where, `a change cannot be read: ${(error as Error).message}`)
      return
    }
    const { ledger } = replayed
    findings.counts.changes += replayed.changes
    for (const [name, said, found] of countersOf(box, ledger))
      if (said !== found) findings.derived(where, `says ${name} ${said}, its changes say ${found}`)
    if (box.highestModseq !== replayed.greatestModseq)
      findings.derived(where, `says HIGHESTMODSEQ ${box.highestModseq}, its changes say ${replayed.greatestModseq}`)
    if (box.uidNext <= replayed.greatestUid)
      findings.derived(where, `says UIDNEXT ${box.uidNext}, but has given UID ${replayed.greatestUid}`)
    if (box.highestModseq > account.modseq) findings.derived(where, 'its HIGHESTMODSEQ is beyond that of the account')
    if (box.uidValidity < 1 || box.uidValidity > account.lastUidValidity)
      findings.lost(where, `its UIDVALIDITY ${box.uidValidity} could be given a second time`)
    if (replays.keywords(box.id).some(({ place }, at) => place !== at)) findings.lost(where, 'keywords are missing')
    const wrong = wrongWithCheckpoint(box, ledger)
    if (wrong !== undefined) findings.derived(where, wrong)
    compareMembers(box, ledger, sizes, where)
  }

  const wrongWithCheckpoint = (box: MailboxRow, ledger: Ledger): string | undefined => {
    try {
      const view = replays.fromCheckpoint(box)
      if (view === undefined || typeof view === 'string') return view
      return sameLedger(view, ledger) ? undefined : 'the checkpoint shows something else than the changes'
    } catch (error) {
      return `the checkpoint does not fit the changes: ${(error as Error).message}`
    }
  }

  const compareMembers = (
    box: MailboxRow,
    { view, size }: Ledger,
    sizes: ReadonlyMap<number, number>,
    where: string,
  ): void => {
    const said = new Map(members.all(box.id, box.id))
    for (let at = 0; at < view.count; at++) {
      const uid = view.uid[at] as number
      const ordinal = view.ordinal[at] as number
      if (said.get(uid) !== ordinal) findings.derived(`${where}, UID ${uid}`, 'its membership is missing or another')
      said.delete(uid)
      const stored = sizes.get(ordinal)
      if (stored === undefined) findings.lost(`${where}, UID ${uid}`, 'its message is missing')
      else if (stored !== size[at])
        findings.lost(`${where}, UID ${uid}`, `says ${size[at]} bytes, its message ${stored}`)
    }
    for (const uid of said.keys())
      findings.derived(`${where}, UID ${uid}`, 'has a membership that no change gave, or that one ended')
  }

  return database.transaction((id: number) => {
    const account = accountOf.get(id)
    if (!account) return
    const who = userOf(id)
    findings.counts.accounts++
    const sizes = readMessages(account, who)
    if ((greatestChange.get(id)?.modseq ?? 0) > account.modseq)
      findings.derived(who, 'MODSEQ is behind that of a change: it would be given a second time')
    for (const box of mailboxes.iterate(id)) {
      findings.counts.mailboxes++
      checkMailbox(box, account, sizes, who)
    }
  })
}

interface MessageRow {
  readonly ordinal: number
  readonly id: number
  readonly content: string
  readonly size: number
  readonly packed: Uint8Array | null
}

function countersOf(box: MailboxRow, { view, size }: Ledger): readonly (readonly [string, number, number])[] {
  let unseen = 0
  let bytes = 0
  for (let at = 0; at < view.count; at++) {
    if (!((view.low[at] as number) & SEEN)) unseen++
    bytes += size[at] as number
  }
  return [
    ['EXISTS', box.exists, view.count],
    ['UNSEEN', box.unseen, unseen],
    ['bytes', box.bytes, bytes],
  ]
}

function wrongWithWire(ordinal: number, packed: Uint8Array | null, size: number): string | undefined {
  if (!packed) return 'ENVELOPE and BODYSTRUCTURE are missing'
  try {
    return unpackWire(ordinal, packed).size === size ? undefined : 'ENVELOPE and BODYSTRUCTURE are of another message'
  } catch {
    return 'ENVELOPE and BODYSTRUCTURE cannot be read'
  }
}
