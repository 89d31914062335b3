import type { Look, SeenBox } from './look.ts'
import { type Account, type ShardModel, shown } from './model.ts'
import type { QueueModel } from './queue-model.ts'

/** What was once shown to somebody, of one mailbox under one UIDVALIDITY. Outlives every crash. */
export interface Page {
  uidNext: number
  modseq: number
  readonly letters: Map<number, number>
  readonly gone: Set<number>
}

export class Memory {
  readonly pages = new Map<string, Page>()
  /** The greatest UIDVALIDITY that a name was shown with. */
  readonly validities = new Map<string, number>()
  readonly modseqs = new Map<number, number>()

  page(account: number, validity: number): Page {
    const key = `${account}/${validity}`
    const page = this.pages.get(key) ?? { uidNext: 1, modseq: 0, letters: new Map(), gone: new Set() }
    this.pages.set(key, page)
    return page
  }

  /** A session has heard of this UID. */
  show(account: number, validity: number, uid: number, modseq: number): void {
    const page = this.page(account, validity)
    page.uidNext = Math.max(page.uidNext, uid + 1)
    page.modseq = Math.max(page.modseq, modseq)
  }

  /** What all of this shows is remembered, and what it contradicts is told. */
  compare({ accounts }: Look): string[] {
    const problems: string[] = []
    for (const [id, { boxes, changes }] of accounts) {
      const last = Math.max(this.modseqs.get(id) ?? 0, ...changes.slice(-1).map(change => change.modseq))
      if ((changes.at(-1)?.modseq ?? 0) < last) problems.push(`I7 account ${id}: MODSEQ went back from ${last}`)
      this.modseqs.set(id, last)
      for (const { box, rows } of boxes) {
        const where = `account ${id} ${box.name}`
        const page = this.page(id, box.uidValidity)
        if (box.uidNext < page.uidNext) problems.push(`I4 I12 ${where}: UIDNEXT is ${box.uidNext}, was ${page.uidNext}`)
        if (box.highestModseq < page.modseq)
          problems.push(`I7 I12 ${where}: HIGHESTMODSEQ is ${box.highestModseq}, was ${page.modseq}`)
        this.show(id, box.uidValidity, box.uidNext - 1, box.highestModseq)
        const name = `${id}/${box.name}`
        const validity = this.validities.get(name) ?? 0
        if (box.uidValidity < validity || box.uidValidity < 1 || box.uidValidity > 0xffffffff)
          problems.push(`I6 ${where}: UIDVALIDITY is ${box.uidValidity}, was ${validity}`)
        this.validities.set(name, box.uidValidity)
        const here = new Set(rows.map(row => row.uid))
        for (const { uid, letter } of rows) {
          const before = page.letters.get(uid)
          if (before !== undefined && before !== letter)
            problems.push(`I5 ${where}: UID ${uid} was letter ${before}, is ${letter}`)
          if (page.gone.has(uid)) problems.push(`I8 ${where}: UID ${uid} was expunged and is back`)
          page.letters.set(uid, letter)
        }
        for (const uid of page.letters.keys()) if (!here.has(uid)) page.gone.add(uid)
      }
    }
    return problems
  }
}

type MailCheck = (look: Look, model: ShardModel, ids: readonly number[]) => string[]

/** What must hold between a store that has just been opened and the model of all that was acknowledged. */
export const mailInvariants: Readonly<Record<string, MailCheck>> = {
  'I1 I2 I13 I17': eachAccount(({ boxes }, account) =>
    compare(
      boxes.map(({ box, rows }) => [box.name, rows.map(row => [row.uid, row.letter, row.flags])]),
      [...account.boxes.values()].map(box => [
        box.name,
        [...box.rows].map(([uid, row]) => [uid, row.letter, row.flags]),
      ]),
    ),
  ),
  I3: (_, model) => {
    const places = new Set([...model.keys].map(([, { mailbox, uid }]) => `${mailbox}/${uid}`))
    return places.size === model.keys.size ? [] : ['two keys have one message']
  },
  'I4 I6 I7 I14': eachAccount(({ boxes }, account) =>
    compare(
      boxes.map(({ box }) => [box.name, box]),
      [...account.boxes.values()].map(box => [box.name, shown(box)]),
    ),
  ),
  'I4 I7': eachBox(({ box, rows }) => [
    ...rows.flatMap(({ uid, modseq }, i) => [
      ...(i > 0 && uid <= (rows[i - 1] as { uid: number }).uid ? [`UID ${uid} does not rise`] : []),
      ...(modseq > box.highestModseq ? [`UID ${uid} has a MODSEQ above the highest`] : []),
    ]),
    ...(rows.some(row => row.uid >= box.uidNext) ? ['UIDNEXT is taken'] : []),
  ]),
  I9: eachBox(({ replayed, viewed }) => compare([['replayed', replayed]], [['replayed', viewed]])),
  I14: eachBox(({ box, rows }) =>
    compare(
      [['counted', [box.exists, box.unseen, box.bytes]]],
      [
        [
          'counted',
          [
            rows.length,
            rows.filter(row => !row.flags.includes('\\Seen')).length,
            rows.reduce((sum, row) => sum + row.size, 0),
          ],
        ],
      ],
    ),
  ),
  I24: eachAccount(({ subscribed }, account) =>
    compare([['subscribed', subscribed]], [['subscribed', [...account.subscribed].sort()]]),
  ),
  I23: (look, model, ids) =>
    ids.flatMap(id =>
      look.accounts.has(id) === model.accounts.has(id)
        ? []
        : [`account ${id} is ${look.accounts.has(id) ? 'there' : 'not there'}`],
    ),
}

/** Each accepted recipient is in one state, and the one that was acknowledged. */
export function queueInvariants({ entries }: Look, model: QueueModel): string[] {
  const found = entries.map(
    ({ id, recipients, letter }) =>
      [id, [letter % 2, recipients.map(({ address, state }) => [address, state])]] as const,
  )
  const wanted = [...model.entries.values()].sort((a, b) => a.id - b.id)
  return compare(
    found.map(([id, rest]) => [String(id), rest]),
    wanted.map(({ id, recipients, states }) => [String(id), [1, recipients.map((address, i) => [address, states[i]])]]),
  ).map(problem => `I1 I18 I19 queue: ${problem}`)
}

function eachAccount(
  check: (seen: Look extends { accounts: ReadonlyMap<number, infer S> } ? S : never, account: Account) => string[],
): MailCheck {
  return (look, model, ids) =>
    ids.flatMap(id => {
      const [seen, account] = [look.accounts.get(id), model.accounts.get(id)]
      return seen && account ? check(seen, account).map(problem => `account ${id}: ${problem}`) : []
    })
}

function eachBox(check: (box: SeenBox) => string[]): MailCheck {
  return eachAccount(({ boxes }) => boxes.flatMap(box => check(box).map(problem => `${box.box.name}: ${problem}`)))
}

type Named = readonly (readonly [string, unknown])[]

function compare(found: Named, wanted: Named): string[] {
  const left = new Map(found.map(([name, value]) => [name, text(value)]))
  const problems: string[] = []
  for (const [name, value] of wanted) {
    const [is, should] = [left.get(name), text(value)]
    if (is === undefined) problems.push(`${name} is missing`)
    else if (is !== should) problems.push(`${name} is ${cut(is, should)}, should be ${cut(should, is)}`)
    left.delete(name)
  }
  for (const name of left.keys()) problems.push(`${name} should not be there`)
  return problems
}

/** Keys in one order, whatever the order in which they were made. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    each && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

/** From a little before the first difference. */
function cut(text: string, other: string): string {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return text.slice(Math.max(0, at - 60), at + 100)
}
