import { utf8, utf8Text } from '#base/bytes'
import type { Log } from '#base/log'
import { type DecisionRecord, entryId, type FoundDecision } from '#mail/queue'
import { encodeRecord } from './content-record.ts'
import type { Place } from './content-ref.ts'
import { makeDecisionBudget } from './decision-budget.ts'
import type { IndexWriter } from './index-writer.ts'
import type { DecisionRow, FoundRow, QueueAnswer, QueueOp } from './queue-op.ts'
import type { QueueReader } from './queue-reader.ts'
import type { SegmentFiles } from './segment-files.ts'
import type { SegmentLog } from './segment-log.ts'
import { parseRecord } from './segment-record.ts'

export interface DecisionsNeeds {
  readonly segments: SegmentLog
  readonly files: SegmentFiles
  readonly writer: IndexWriter<QueueOp, QueueAnswer>
  readonly reader: QueueReader
  readonly log: Log
}

/** Records of transactions that left no letter. */
export interface Decisions {
  record(decision: DecisionRecord): void
  list(limit: number): Promise<readonly FoundDecision[]>
  /** Waits for what nobody else waits for. */
  close(): Promise<void>
}

/** On their way to the disk at once: it is slower than strangers can be fast. */
const mostUnawaited = 1_000

export function makeDecisions({ segments, files, writer, reader, log }: DecisionsNeeds): Decisions {
  const unawaited = new Set<Promise<void>>()
  const budget = makeDecisionBudget(left => log('warning', 'decisions-not-kept', left))

  const keep = async (decision: DecisionRecord, record: ReturnType<typeof decisionRecord>): Promise<void> => {
    const placed = await segments.append([record])
    if (!placed.ok) return log('warning', 'decision-lost', { reason: placed.failure })
    const row = decisionRow(decision, null, placed.value[0] as Place, record.length)
    const noted = await writer.run({ op: 'decision', decision: row }, 'soon')
    if (!noted.ok) log('warning', 'decision-lost', { reason: noted.failure })
  }

  const read = async ({ entry, segment, offset, length }: FoundRow): Promise<FoundDecision | undefined> => {
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
    record(decision) {
      const record = decisionRecord(decision)
      if (!budget.spend(decision, unawaited.size < mostUnawaited ? record.length : Number.POSITIVE_INFINITY)) return
      const kept = keep(decision, record)
        .catch(error => log('warning', 'decision-lost', { reason: String(error) }))
        .finally(() => unawaited.delete(kept))
      unawaited.add(kept)
    },
    async list(limit) {
      const found: FoundDecision[] = []
      for (const row of reader.listDecisions(limit)) {
        const decision = await read(row)
        if (decision) found.push(decision)
      }
      return found
    },
    async close() {
      await Promise.all(unawaited)
      budget.tell()
    },
  }
}

export const decisionRecord = (decision: DecisionRecord): { readonly length: number; readonly bytes: Uint8Array } =>
  encodeRecord('decision', [utf8(JSON.stringify(decision))], decision.at)

export const decisionRow = (
  { at }: DecisionRecord,
  entry: number | null,
  { segment, offset }: Place,
  length: number,
): DecisionRow => [at, entry, segment, offset, length]
