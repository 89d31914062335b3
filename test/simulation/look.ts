import type { EmbeddedEngine } from '#adapters/embedded'
import type { QueueEntry } from '#mail/queue'
import {
  type AccountStore,
  accountId,
  applyChange,
  type Change,
  flagNames,
  type Mailbox,
  type MailboxView,
  makeView,
} from '#mail/store'
import { recognise, summaryOf } from './letters.ts'

export interface SeenRow {
  readonly uid: number
  readonly ordinal: number
  readonly modseq: number
  readonly flags: readonly string[]
  readonly letter: number
  readonly size: number
}

export interface SeenBox {
  readonly box: Mailbox
  readonly rows: readonly SeenRow[]
  /** The same mailbox from the log of changes alone. */
  readonly replayed: readonly string[]
  readonly viewed: readonly string[]
}

export interface SeenAccount {
  readonly boxes: readonly SeenBox[]
  readonly subscribed: readonly string[]
  readonly changes: readonly Change[]
}

/** All that anybody can see of a store, and what could not be read. */
export interface Look {
  readonly accounts: ReadonlyMap<number, SeenAccount>
  readonly entries: readonly (QueueEntry & { readonly letter: number })[]
  readonly damage: readonly string[]
}

export async function lookAt({ store, contents, queue }: EmbeddedEngine, accounts: Iterable<number>): Promise<Look> {
  const damage: string[] = []
  const letterIn = async (content: QueueEntry['content'], where: string): Promise<number> => {
    try {
      const letter = recognise(await contents.read(content))
      if (letter < 0) damage.push(`I1 I2 ${where}: these are not the bytes of any letter`)
      return letter
    } catch (error) {
      damage.push(`I16 ${where}: ${String(error)}`)
      return -1
    }
  }
  const seen = new Map<number, SeenAccount>()
  for (const id of accounts) {
    const account = await store.openAccount(accountId(id))
    if (account.ok) seen.set(id, await lookAtAccount(account.value, letterIn, damage))
  }
  const entries: (QueueEntry & { letter: number })[] = []
  for (const entry of await queue.list())
    entries.push({ ...entry, letter: await letterIn(entry.content, `entry ${entry.id}`) })
  return { accounts: seen, entries, damage }
}

async function lookAtAccount(
  account: AccountStore,
  letterIn: (content: QueueEntry['content'], where: string) => Promise<number>,
  damage: string[],
): Promise<SeenAccount> {
  const changes = await account.changesSince(0 as never, 1_000_000)
  const boxes: SeenBox[] = []
  for (const box of await account.listMailboxes()) {
    const opened = await account.openMailbox(box.id)
    if (!opened.ok) {
      damage.push(`I1 ${box.name} cannot be opened: ${opened.failure}`)
      continue
    }
    const { view } = opened.value
    const ordinals = view.ordinal.slice(0, view.count)
    const letters = new Map<number, { letter: number; size: number }>()
    for await (const batch of account.readFacts(ordinals))
      for (const { ordinal, content } of batch)
        letters.set(ordinal, { letter: await letterIn(content, `${box.name} message ${ordinal}`), size: content.size })
    for await (const batch of account.readWire(ordinals.subarray(-3)))
      for (const { ordinal, size, envelope, bodyStructure } of batch) {
        const letter = letters.get(ordinal)
        if (!letter || letter.letter < 0) continue
        const wanted = summaryOf(letter.letter)
        const isTrue =
          Buffer.from(wanted.envelope).equals(envelope) && Buffer.from(wanted.bodyStructure).equals(bodyStructure)
        if (!isTrue || size !== letter.size)
          damage.push(`I15 ${box.name} message ${ordinal}: its summary is of other bytes`)
      }
    const rows: SeenRow[] = []
    for (let i = 0; i < view.count; i++)
      rows.push({
        uid: view.uid[i] as number,
        ordinal: view.ordinal[i] as number,
        modseq: view.modseq[i] as number,
        flags: flagNames({ low: view.low[i] as number, high: view.high[i] as number }, view.keywords).sort(),
        ...(letters.get(view.ordinal[i] as number) ?? { letter: -1, size: -1 }),
      })
    const replay = makeView(0 as never)
    for (const change of changes) if (change.mailbox === box.id) applyChange(replay, change)
    boxes.push({ box, rows, replayed: linesOf(replay), viewed: linesOf(view) })
    opened.value.close()
  }
  return { boxes, subscribed: await account.listSubscriptions(), changes }
}

function linesOf(view: MailboxView): string[] {
  const lines: string[] = []
  for (let i = 0; i < view.count; i++)
    lines.push(`${view.uid[i]} ${view.ordinal[i]} ${view.low[i]} ${view.high[i]} ${view.modseq[i]}`)
  return lines
}
