import { concat } from '#base/bytes'
import type { AccountStore, ContentStore, MessageFacts, MessageWire } from '#mail/store'
import { type FetchWriter, type FlagTexts, fieldRuns, partialRange } from '#standards/imap'
import { parseHeader, usualMessageLimits } from '#standards/message'
import type { FetchPlan, PlannedItem, PlannedSection } from './fetch-plan.ts'
import { inOrder } from './in-order.ts'
import { OpenedContent } from './opened-content.ts'
import { readAll } from './read-all.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'
import { TornAnswer } from './torn-answer.ts'

/** Contents that are read in one go, and the size from which on one is streamed. */
const mostRead = 2_097_152
const streamedFrom = 1_048_576
const streamStep = 524_288

/** A message's content as the answer needs it; `undefined` when it needs none. */
export type Content = OpenedContent | 'stream' | 'corrupt' | undefined

/** Some messages of a FETCH: what the plan wants of them is read together, then each is written. */
export class FetchBatch {
  readonly #plan: FetchPlan
  readonly #selected: SelectedMailbox
  /** Messages that were there when the batch began. */
  readonly #uids: Uint32Array
  readonly #ordinals: Uint32Array
  #wires: readonly (MessageWire | undefined)[] = []
  #facts: readonly (MessageFacts | undefined)[] = []
  #hint = 0

  constructor(plan: FetchPlan, selected: SelectedMailbox, uids: Uint32Array) {
    this.#plan = plan
    this.#selected = selected
    this.#uids = uids
    this.#ordinals = new Uint32Array(plan.wire || plan.facts ? uids.length : 0)
    let hint = 0
    for (let i = 0; i < this.#ordinals.length; i++) {
      const place = selected.placeOf(uids[i] as number, hint)
      // No message has the ordinal 0, so nothing is found for it.
      this.#ordinals[i] = place < 0 ? 0 : selected.ordinalAt(place)
      hint = place + 1
    }
  }

  get length(): number {
    return this.#uids.length
  }

  async read(account: AccountStore): Promise<void> {
    const { wire, facts, storedSections } = this.#plan
    if (wire) this.#wires = await inOrder(account.readWire(this.#ordinals), this.#ordinals)
    // Where the header lines were too many to keep, the content has to tell.
    if (facts || (storedSections && this.#wires.some(each => each && each.headers === undefined)))
      this.#facts = await inOrder(account.readFacts(this.#ordinals), this.#ordinals)
  }

  #needsContent(at: number): boolean {
    if (this.#facts[at] === undefined) return false
    return this.#plan.contents || this.#lacksHeaders(at)
  }

  #lacksHeaders(at: number): boolean {
    return this.#plan.storedSections && this.#wires[at]?.headers === undefined
  }

  #canStream(at: number): boolean {
    return this.#plan.contents && this.#plan.wholeOnly && !this.#lacksHeaders(at)
  }

  /** The contents of the messages from `at` on, as many as are read in one go; at least one. */
  async readContents(contents: ContentStore, at: number): Promise<readonly Content[]> {
    const found: Content[] = []
    const places: number[] = []
    const wanted: MessageFacts['content'][] = []
    let bytes = 0
    for (let i = at; i < this.length; i++) {
      const content = this.#needsContent(i) ? (this.#facts[i] as MessageFacts).content : undefined
      if (content && content.size > streamedFrom && this.#canStream(i)) found.push('stream')
      else {
        bytes += content?.size ?? 0
        if (bytes > mostRead && wanted.length > 0) break
        found.push(undefined)
        if (!content) continue
        places.push(i - at)
        wanted.push(content)
      }
    }
    const read = wanted.length > 0 ? await readAll(contents, wanted) : []
    for (let i = 0; i < read.length; i++) {
      const one = read[i] as Uint8Array | 'corrupt'
      found[places[i] as number] = one === 'corrupt' ? one : new OpenedContent(one)
    }
    return found
  }

  /** Writes one message's answer; false when the message is gone. */
  write(at: number, writer: FetchWriter, texts: FlagTexts, content: OpenedContent | undefined): boolean {
    if (!this.#begin(at, writer, texts)) return false
    for (const item of this.#plan.items) {
      if (item.item !== 'section') this.#writeReady(item, at, writer)
      else writer.section(item.label, this.#section(item, at, content))
    }
    writer.end()
    return true
  }

  /** In one piece or some; `undefined` is NIL. */
  #section({ section, partial, stored }: PlannedSection, at: number, content: OpenedContent | undefined) {
    const lines = stored && this.#wires[at]?.headers
    if (lines && stored) {
      const runs = fieldRuns(lines, parseHeader(lines, 0, usualMessageLimits), stored)
      return partial ? cut(concat(runs), partial) : runs
    }
    const bytes = content?.section(section)
    return bytes && cut(bytes, partial)
  }

  #begin(at: number, writer: FetchWriter, texts: FlagTexts): boolean {
    const uid = this.#uids[at] as number
    const place = this.#selected.placeOf(uid, this.#hint)
    const missing =
      (this.#plan.wire && this.#wires[at] === undefined) || (this.#plan.facts && this.#facts[at] === undefined)
    if (place < 0 || missing) return false
    this.#hint = place + 1
    writer.begin(this.#selected.numberAt(place))
    for (const { item } of this.#plan.items) {
      if (item === 'UID') writer.uid(uid)
      else if (item === 'FLAGS') {
        const { low, high } = this.#selected.view
        writer.flags(texts.of(low[place] as number, high[place] as number, this.#selected.isRecent(uid)))
      }
    }
    return true
  }

  #writeReady({ item }: Exclude<PlannedItem, PlannedSection>, at: number, writer: FetchWriter): void {
    const wire = this.#wires[at] as MessageWire
    const facts = this.#facts[at] as MessageFacts
    if (item === 'RFC822.SIZE') writer.size(facts ? facts.content.size : wire.size)
    else if (item === 'INTERNALDATE') writer.internalDate((facts ?? wire).received)
    else if (item === 'ENVELOPE') writer.ready(item, wire.envelope)
    else if (item === 'BODYSTRUCTURE') writer.ready(item, wire.bodyStructure)
    else if (item === 'BODY') writer.ready(item, wire.body)
  }

  /** The same for a content that is too large to hold: its whole sections come piece by piece. */
  async *stream(
    at: number,
    writer: FetchWriter,
    texts: FlagTexts,
    contents: ContentStore,
  ): AsyncGenerator<Uint8Array, boolean, void> {
    if (!this.#begin(at, writer, texts)) return false
    const { content } = this.#facts[at] as MessageFacts
    for (const item of this.#plan.items) {
      if (item.item !== 'section' || item.stored) {
        if (item.item !== 'section') this.#writeReady(item, at, writer)
        else writer.section(item.label, this.#section(item, at, undefined))
        continue
      }
      const { from, to } = partialRange(content.size, item.partial?.from ?? 0, item.partial?.count ?? content.size)
      writer.beginSection(item.label, to - from)
      yield* writer.out.take()
      for (let here = from; here < to; here += streamStep) {
        const piece = await contents.readRange(content, here, Math.min(to, here + streamStep)).catch(asTorn)
        if (piece.length !== Math.min(to, here + streamStep) - here) throw new TornAnswer('a content is too short')
        yield piece
      }
    }
    writer.end()
    return true
  }
}

function cut(bytes: Uint8Array, partial: PlannedSection['partial']): readonly Uint8Array[] {
  if (!partial) return [bytes]
  const { from, to } = partialRange(bytes.length, partial.from, partial.count)
  return [bytes.subarray(from, to)]
}

const asTorn = (error: unknown): never => {
  throw new TornAnswer('a content cannot be read', { cause: error })
}
