import { instant } from '#base/clock'
import { silentLog } from '#base/log'
import { fail, ok } from '#base/result'
import { type Attempt, entryId, type MailQueue, makeDispatch, type QueueEntry, type RecipientState } from '#mail/queue'

export const entry = (id: number, ...addresses: string[]): QueueEntry =>
  ({
    id: entryId(id),
    recipients: addresses.map(address => ({ address, state: { state: 'waiting' } })),
  }) as unknown as QueueEntry

/** A dispatch over a queue in memory, with a clock that is set by hand. */
export function setUp(attempt: (address: string) => Promise<Attempt> | Attempt, left: QueueEntry[] = []) {
  const notes: { id: number; states: readonly (RecipientState | undefined)[] }[] = []
  const looked: number[] = []
  const removed = new Set<number>()
  let broken = false
  let full = false
  let now = 0
  const dispatch = makeDispatch({
    queue: {
      update: async (id: number, states: readonly (RecipientState | undefined)[]) => {
        notes.push({ id, states })
        return full ? fail('no-space') : ok(undefined)
      },
      list: async () => left,
      find: async (id: number) => {
        looked.push(id)
        if (broken) throw new Error('the disk is gone')
        return removed.has(id) ? undefined : {}
      },
    } as unknown as MailQueue,
    attempt: async (_entry, { address }) => attempt(address),
    clock: () => instant(now),
    log: silentLog,
  })
  return {
    dispatch,
    notes,
    looked,
    remove: (id: number) => removed.add(id),
    breakQueue: (is: boolean) => (broken = is),
    fillDisk: (is: boolean) => (full = is),
    at: (time: number) => (now = time),
  }
}

export const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
export const delivered: Attempt = { state: 'delivered', at: instant(0) }
