import { utf8, utf8Text } from '#base/bytes'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import {
  type AcceptedMail,
  type DecisionRecord,
  entryId,
  type FoundDecision,
  type MailQueue,
  type QueueEntry,
  type QueueFailure,
} from '#mail/queue'
import { encodeRecord } from './content-record.ts'
import type { Place } from './content-ref.ts'
import { readyRecord, storedAt } from './contents.ts'
import type { IndexWriter } from './index-writer.ts'
import { type DecisionRow, type FoundRow, marks, type QueueAnswer, type QueueOp } from './queue-op.ts'
import type { QueueReader } from './queue-reader.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SegmentLog } from './segment-log.ts'
import { parseRecord } from './segment-record.ts'

export interface QueueNeeds {
  readonly segments: SegmentLog
  readonly files: SegmentFiles
  readonly writer: IndexWriter<QueueOp, QueueAnswer>
  readonly reader: QueueReader
  readonly nextEntry: number
  readonly log: Log
}

export interface EmbeddedQueue extends MailQueue {
  /** Waits for what nobody else waits for. */
  close(): Promise<void>
}

const waiting = { state: 'waiting' } as const

/** The port of the queue: content and decision into the segment log, then one row each into the queue's index. */
export function makeQueue({ segments, files, writer, reader, nextEntry, log }: QueueNeeds): EmbeddedQueue {
  let next = nextEntry
  let closed = false
  const unawaited = new Set<Promise<void>>()

  const keepDecision = async (decision: DecisionRecord): Promise<void> => {
    const record = decisionRecord(decision)
    const placed = await segments.append([record])
    if (!placed.ok) return log('warning', 'decision-lost', { reason: placed.failure })
    const row = decisionRow(decision, null, placed.value[0] as Place, record.length)
    const noted = await writer.run({ op: 'decision', decision: row }, 'soon')
    if (!noted.ok) log('warning', 'decision-lost', { reason: noted.failure })
  }

  const readDecision = async ({ entry, segment, offset, length }: FoundRow): Promise<FoundDecision | undefined> => {
    try {
      const record = parseRecord(await files.read(segment, offset, offset + length))
      if (typeof record === 'string') throw new Error(record)
      const decision = JSON.parse(utf8Text(record.payload)) as DecisionRecord
      return entry === null ? decision : { ...decision, entry: entryId(entry) }
    } catch (error) {
      log('warning', 'decision-unreadable', { segment, offset, reason: String(error) })
      return undefined
    }
  }

  return {
    async commit(mail) {
      if (closed) {
        mail.draft.discard()
        return fail('store-closed')
      }
      const id = next++
      const { bytes: prefix, local } = mail.prefix(entryId(id))
      const ready = await readyRecord(mail.draft, prefix, mail.received)
      if (!ready.ok) return ready
      const decision = decisionRecord(mail.decision)
      const placed = await segments.append([ready.value.record, decision])
      mail.draft.discard()
      if (!placed.ok) return placed
      const [at, decisionAt] = placed.value as readonly [Place, Place]
      const entry = makeEntry(mail, id, storedAt(ready.value, at), local)
      const noted = await writer.run({
        op: 'commit',
        entry: rowOf(entry, at),
        decision: decisionRow(mail.decision, id, decisionAt, decision.length),
      })
      return noted.ok ? ok(entry) : noted
    },
    async update(id, states) {
      return withoutValue(await writer.run({ op: 'update', id, states }, 'soon'))
    },
    list: () => reader.list(),
    find: async id => reader.find(id),
    async remove(id) {
      const removed = await writer.run({ op: 'remove', id })
      return removed.ok ? ok(removed.value === true) : removed
    },
    recordDecision(decision) {
      const kept = keepDecision(decision)
        .catch(error => log('warning', 'decision-lost', { reason: String(error) }))
        .finally(() => unawaited.delete(kept))
      unawaited.add(kept)
    },
    async listDecisions(limit) {
      const found: FoundDecision[] = []
      for (const row of reader.listDecisions(limit)) {
        const decision = await readDecision(row)
        if (decision) found.push(decision)
      }
      return found
    },
    async close() {
      closed = true
      await Promise.all(unawaited)
      await writer.run({ op: 'stop', nextEntry: next }).catch(() => fail('store-closed'))
    },
  }
}

const decisionRecord = (decision: DecisionRecord): { readonly length: number; readonly bytes: Uint8Array } =>
  encodeRecord('decision', [utf8(JSON.stringify(decision))], decision.at)

const decisionRow = (
  { at }: DecisionRecord,
  entry: number | null,
  { segment, offset }: Place,
  length: number,
): DecisionRow => [at, entry, segment, offset, length]

function makeEntry(mail: AcceptedMail, id: number, content: QueueEntry['content'], localPrefix: number): QueueEntry {
  const { sender, recipients, smtpUtf8, eightBit } = mail.envelope
  return {
    id: entryId(id),
    received: mail.received,
    sender,
    recipients: recipients.map(address => ({ address, state: waiting })),
    smtpUtf8,
    eightBit,
    content,
    localPrefix,
  }
}

const rowOf = (entry: QueueEntry, { segment, offset }: Place): Extract<QueueOp, { op: 'commit' }>['entry'] => [
  entry.id,
  entry.received,
  entry.sender,
  (entry.smtpUtf8 ? marks.smtpUtf8 : 0) |
    (entry.eightBit ? marks.eightBit : 0) |
    (entry.content.dotted ? marks.dotted : 0),
  segment,
  offset,
  entry.content.size,
  entry.localPrefix,
  entry.recipients.length,
  JSON.stringify(entry.recipients.map(recipient => recipient.address)),
]

const withoutValue = (answer: QueueAnswer): Result<void, QueueFailure> => (answer.ok ? ok(undefined) : answer)
