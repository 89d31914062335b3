import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { type AcceptedMail, entryId, type MailQueue, type QueueEntry, type QueueFailure } from '#mail/queue'
import type { Place } from './content-ref.ts'
import { readyRecord, storedAt } from './contents.ts'
import { decisionRecord, decisionRow, makeDecisions } from './decisions.ts'
import type { IndexWriter } from './index-writer.ts'
import { type DecisionRow, marks, type QueueAnswer, type QueueOp } from './queue-op.ts'
import type { QueueReader } from './queue-reader.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SegmentLog } from './segment-log.ts'

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

interface KeptContent {
  readonly entry: QueueEntry
  readonly at: Place
  readonly decision: DecisionRow
}

const waiting = { state: 'waiting' } as const

/** The port of the queue: content and decision into the segment log, then one row each into the queue's index. */
export function makeQueue({ segments, files, writer, reader, nextEntry, log }: QueueNeeds): EmbeddedQueue {
  let next = nextEntry
  let closed = false
  const decisions = makeDecisions({ segments, files, writer, reader, log })

  /** Content and decision into the segment log; the draft is used up, whatever happens. */
  const keepContent = async (mail: AcceptedMail, id: number): Promise<Result<KeptContent, QueueFailure>> => {
    try {
      const { bytes: prefix, local } = mail.prefix(entryId(id))
      const ready = await readyRecord(mail.draft, prefix, mail.received)
      if (!ready.ok) return ready
      const decision = decisionRecord(mail.decision)
      const placed = await segments.append([ready.value.record, decision])
      if (!placed.ok) return placed
      const [at, decisionAt] = placed.value as readonly [Place, Place]
      const entry = makeEntry(mail, id, storedAt(ready.value, at), local)
      return ok({ entry, at, decision: decisionRow(mail.decision, id, decisionAt, decision.length) })
    } finally {
      mail.draft.discard()
    }
  }

  return {
    async commit(mail) {
      if (closed) {
        mail.draft.discard()
        return fail('store-closed')
      }
      const id = next++
      const kept = await keepContent(mail, id)
      if (!kept.ok) return kept
      const { entry, at, decision } = kept.value
      const noted = await writer.run({ op: 'commit', entry: rowOf(entry, at), decision })
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
    recordDecision: decisions.record,
    listDecisions: decisions.list,
    async close() {
      closed = true
      await decisions.close()
      await writer.run({ op: 'stop', nextEntry: next }).catch(() => fail('store-closed'))
    },
  }
}

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
