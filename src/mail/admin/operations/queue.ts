import { fail, ok, type Result } from '#base/result'
import { type DecisionRecord, entryId, type QueueEntry, type RecipientState } from '#mail/queue'
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
  readonly recipients: readonly { readonly address: string; readonly state: string; readonly why?: string }[]
}

/** What became of one transaction. */
export interface DecisionRow extends Omit<DecisionRecord, 'at'> {
  readonly at: string
  readonly id?: string
}

/** How a letter is named in replies, trace lines and logs. */
const nameOf = (id: number): string => id.toString(36).toUpperCase().padStart(6, '0')

function readId(given: OperationArguments): Result<number, AdminFailure> {
  const text = readText(given, 'id')
  if (!text.ok) return text
  const value = /^[0-9a-z]{1,10}$/i.test(text.value) ? Number.parseInt(text.value, 36) : Number.NaN
  return Number.isSafeInteger(value)
    ? ok(value)
    : fail({ kind: 'usage', words: 'a letter is named as in its 250 reply: 00002A' })
}

const time = (at: number): string => new Date(at).toISOString()

function stateWords(state: RecipientState): { readonly state: string; readonly why?: string } {
  switch (state.state) {
    case 'waiting':
      return { state: 'waiting' }
    case 'delivered':
      return { state: `delivered ${time(state.at)}` }
    case 'deferred':
      return { state: `deferred until ${time(state.until)} after ${state.attempts} attempts`, why: state.why }
    case 'caught':
      return { state: `caught ${time(state.at)}` }
  }
}

const queueRow = (entry: QueueEntry): QueueRow => ({
  id: nameOf(entry.id),
  received: time(entry.received),
  size: entry.content.size,
  sender: entry.sender,
  recipients: entry.recipients.map(({ address, state }) => ({ address, ...stateWords(state) })),
})

const notFound = (id: number) =>
  fail<AdminFailure>({ kind: 'not-found', words: `no letter ${nameOf(id)} in the queue` })

export const listQueue: Operation = async needs => ok((await needs.queue.list()).map(queueRow))

export const showQueueEntry: Operation = async (needs, given) => {
  const id = readId(given)
  if (!id.ok) return id
  const entry = await needs.queue.find(entryId(id.value))
  return entry ? ok(queueRow(entry)) : notFound(id.value)
}

export const removeQueueEntry: Operation = async (needs, given) => {
  const id = readId(given)
  if (!id.ok) return id
  const removed = await needs.queue.remove(entryId(id.value))
  if (!removed.ok) return fail({ kind: 'failed', words: `the queue refused: ${removed.failure}` })
  if (!removed.value) return notFound(id.value)
  needs.log('info', 'queue-entry-removed', { entry: id.value })
  return ok({ id: nameOf(id.value) })
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
        ...(entry === undefined ? {} : { id: nameOf(entry) }),
        ...decision,
      }),
    ),
  )
}
