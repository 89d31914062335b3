import { fail, ok, type Result } from '#base/result'
import { entryName } from '#mail/intake'
import { type DecisionRecord, type EntryId, entryId, type QueueEntry, type RecipientState } from '#mail/queue'
import { type OperationArguments, readCount, readText } from '../arguments.ts'
import type { AdminFailure } from '../failure.ts'
import type { Operation } from '../operation.ts'

/** A letter in the queue, for an administrator: everything but its content. */
export interface QueueRow {
  readonly id: string
  /** ISO 8601, in UTC. */
  readonly received: string
  readonly size: number
  readonly sender: string
  readonly recipients: readonly QueueRecipientRow[]
}

/** What has become of a letter for one of its recipients. Times are ISO 8601, in UTC. */
export interface QueueRecipientRow {
  readonly address: string
  readonly state: RecipientState['state']
  /** Since when it is delivered or caught. */
  readonly at?: string
  /** When a deferred one is tried again. */
  readonly until?: string
  readonly attempts?: number
  readonly why?: string
}

/** What became of one transaction. */
export interface DecisionRow extends Omit<DecisionRecord, 'at'> {
  readonly at: string
  readonly id?: string
}

function readId(given: OperationArguments): Result<EntryId, AdminFailure> {
  const text = readText(given, 'id')
  if (!text.ok) return text
  const value = /^[0-9a-z]{1,10}$/i.test(text.value) ? Number.parseInt(text.value, 36) : Number.NaN
  return Number.isSafeInteger(value)
    ? ok(entryId(value))
    : fail({ kind: 'usage', words: 'a letter is named as in its 250 reply: 00002A' })
}

const time = (at: number): string => new Date(at).toISOString()

function stateFields(state: RecipientState): Omit<QueueRecipientRow, 'address'> {
  switch (state.state) {
    case 'waiting':
      return { state: 'waiting' }
    case 'delivered':
    case 'caught':
      return { state: state.state, at: time(state.at) }
    case 'deferred':
      return { state: 'deferred', until: time(state.until), attempts: state.attempts, why: state.why }
  }
}

const queueRow = (entry: QueueEntry): QueueRow => ({
  id: entryName(entry.id),
  received: time(entry.received),
  size: entry.content.size,
  sender: entry.sender,
  recipients: entry.recipients.map(({ address, state }) => ({ address, ...stateFields(state) })),
})

const notFound = (id: EntryId) =>
  fail<AdminFailure>({ kind: 'not-found', words: `no letter ${entryName(id)} in the queue` })

export const listQueue: Operation = async needs => ok((await needs.queue.list()).map(queueRow))

export const showQueueEntry: Operation = async (needs, given) => {
  const id = readId(given)
  if (!id.ok) return id
  const entry = await needs.queue.find(id.value)
  return entry ? ok(queueRow(entry)) : notFound(id.value)
}

export const removeQueueEntry: Operation = async (needs, given) => {
  const id = readId(given)
  if (!id.ok) return id
  const removed = await needs.queue.remove(id.value)
  if (!removed.ok) return fail({ kind: 'failed', words: `the queue refused: ${removed.failure}` })
  if (!removed.value) return notFound(id.value)
  needs.log('info', 'queue-entry-removed', { entry: id.value })
  return ok({ id: entryName(id.value) })
}

const mostDecisions = 10_000

/** "Where is my message?": what was decided, the newest first. */
export const listDecisions: Operation = async (needs, given) => {
  const limit = readCount(given, 'limit', 100)
  if (!limit.ok) return limit
  const found = await needs.queue.listDecisions(Math.min(limit.value, mostDecisions))
  return ok(
    found.map(
      ({ entry, at, ...decision }): DecisionRow => ({
        at: time(at),
        ...(entry === undefined ? {} : { id: entryName(entry) }),
        ...decision,
      }),
    ),
  )
}
