import { join } from 'node:path'
import { type StoredContent, storedHeaders } from '#mail/store'
import { type MessageSummary, summarizeMessage } from '#standards/imap'
import { usualMessageLimits } from '#standards/message'
import { openSegmentReader } from '../segment-reader.ts'
import type { ShardOp } from './op.ts'

const keptHeaders = new Set(storedHeaders)
/** Beyond this, whoever asks for header lines reads the content. */
const mostHeaderBytes = 16_384

/** What is kept beside a content: a function of its bytes alone. */
export const summaryOf = (bytes: Uint8Array): MessageSummary =>
  summarizeMessage(bytes, usualMessageLimits, keptHeaders, mostHeaderBytes)

/** What a message is on the wire, parsed once for all who get it in one group. */
export interface Summaries {
  prepare(ops: readonly ShardOp[]): void
  /** Throws when the content could not be read. */
  of(content: StoredContent): MessageSummary
}

export function makeSummaries(directory: string): Summaries {
  const segments = openSegmentReader(join(directory, 'segments'))
  const known = new Map<string, MessageSummary>()

  const of = (content: StoredContent): MessageSummary => {
    const found = known.get(content.ref)
    if (found) return found
    const summary = summaryOf(segments.readContentSync(content))
    known.set(content.ref, summary)
    return summary
  }
  return {
    of,
    prepare(ops) {
      known.clear()
      for (const each of ops) {
        if (each.op === 'deliver') tried(each.message.content)
        else if (each.op === 'append') for (const message of each.messages) tried(message.content)
      }
    },
  }

  /** A content that cannot be read is the failure of its own operation, which asks again. */
  function tried(content: StoredContent): void {
    try {
      of(content)
    } catch {}
  }
}
