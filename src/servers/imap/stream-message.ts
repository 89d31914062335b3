import { type ContentStore, CorruptContent, type StoredContent } from '#mail/store'
import { type FetchWriter, type FlagTexts, partialRange, type SectionItem } from '#standards/imap'
import type { FetchBatch } from './fetch-batch.ts'
import type { FetchPlan } from './fetch-plan.ts'
import type { OpenedContent } from './opened-content.ts'
import { TornAnswer } from './torn-answer.ts'

const block = 65_536
const rangeSize = 524_288

export type Told = 'told' | 'gone' | 'corrupt'

/** One message of a FETCH, and all that its answer is made with. */
export interface Telling {
  readonly plan: FetchPlan
  readonly batch: FetchBatch
  readonly at: number
  readonly writer: FetchWriter
  readonly texts: FlagTexts
}

/** The answer item by item, for a content of which many sections may be asked: it is never there as a whole. */
export function* tellPieces(
  { plan, batch, at, writer, texts }: Telling,
  content: OpenedContent,
): Generator<Uint8Array, Told, void> {
  if (!batch.begin(at, writer, texts)) return 'gone'
  for (const item of plan.items) {
    batch.writeItem(item, at, writer, content)
    if (writer.out.size >= block) yield* writer.out.take()
  }
  writer.end()
  return 'told'
}

/** The same for a content that is too large to hold: its sections, all of the whole message, come as they are read. */
export async function* streamMessage(
  { plan, batch, at, writer, texts }: Telling,
  contents: ContentStore,
): AsyncGenerator<Uint8Array, Told, void> {
  const { content } = batch.factsAt(at)
  const streams = plan.items.map(item =>
    item.item === 'section' && !item.stored ? streamSection(contents, content, item) : undefined,
  )
  const first = streams.find(stream => stream !== undefined)
  // What is known to be spoilt is noticed before anything is promised.
  const piece = await first?.bytes.next().catch(asCorrupt)
  if (piece === 'corrupt') return 'corrupt'
  if (!batch.begin(at, writer, texts)) return 'gone'
  for (const [i, item] of plan.items.entries()) {
    const stream = streams[i]
    if (!stream) {
      batch.writeItem(item, at, writer, undefined)
      continue
    }
    writer.beginSection(stream.label, stream.size)
    yield* writer.out.take()
    for (let next = stream === first ? piece : undefined; ; next = undefined) {
      next ??= await stream.bytes.next().catch(tear)
      if (next.done) break
      yield next.value
    }
  }
  writer.end()
  return 'told'
}

interface SectionStream {
  readonly label: string
  readonly size: number
  readonly bytes: AsyncIterator<Uint8Array, void>
}

function streamSection(contents: ContentStore, content: StoredContent, { label, partial }: SectionItem): SectionStream {
  const { from, to } = partialRange(content.size, partial?.from ?? 0, partial?.count ?? content.size)
  const isWhole = from === 0 && to === content.size
  const bytes = isWhole ? contents.readPieces(content) : ranges(contents, content, from, to)
  return { label, size: to - from, bytes: bytes[Symbol.asyncIterator]() }
}

async function* ranges(
  contents: ContentStore,
  content: StoredContent,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let at = from; at < to; at += rangeSize)
    yield await contents.readRange(content, at, Math.min(to, at + rangeSize))
}

function asCorrupt(error: unknown): 'corrupt' {
  if (error instanceof CorruptContent) return 'corrupt'
  throw error
}

function tear(error: unknown): never {
  throw new TornAnswer('a content cannot be read', { cause: error })
}
