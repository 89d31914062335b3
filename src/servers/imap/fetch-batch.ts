import type { AccountStore, ContentStore, MessageFacts, MessageWire } from '#mail/store'
import { cutRuns, type FetchWriter, type FlagTexts, fieldRuns } from '#standards/imap'
import { type Header, parseHeader, usualMessageLimits } from '#standards/message'
import type { FetchPlan, PlannedItem, PlannedSection } from './fetch-plan.ts'
import { inOrder } from './in-order.ts'
import type { KeptContents } from './kept-contents.ts'
import { OpenedContent } from './opened-content.ts'
import { ordinalsOf } from './ordinals-of.ts'
import { readAll } from './read-all.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'

/** Contents that are read in one go, and the size from which on one is streamed. */
const mostRead = 2_097_152
const streamedFrom = 1_048_576

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
  /** The stored header lines that were asked last, and their fields. */
  #lines: Uint8Array | undefined
  #fields: Header | undefined

  constructor(plan: FetchPlan, selected: SelectedMailbox, uids: Uint32Array) {
    this.#plan = plan
    this.#selected = selected
    this.#uids = uids
    this.#ordinals = plan.wire || plan.facts ? ordinalsOf(selected, uids) : new Uint32Array(0)
  }

  get length(): number {
    return this.#uids.length
  }

  uidAt(at: number): number {
    return this.#uids[at] as number
  }

  factsAt(at: number): MessageFacts {
    return this.#facts[at] as MessageFacts
  }

  async read(account: AccountStore): Promise<void> {
    const { wire, facts, storedSections } = this.#plan
    if (wire) this.#wires = await inOrder(account.readWire(this.#ordinals), this.#ordinals)
    // Where the header lines were too many to keep, the content has to tell.
    if (facts || (storedSections && this.#wires.some(each => each && each.headers === undefined)))
      this.#facts = await inOrder(account.readFacts(this.#ordinals), this.#ordinals)
  }

  /** Bytes that were read beside the index. */
  get wireBytes(): number {
    let bytes = 0
    for (const wire of this.#wires)
      if (wire) bytes += wire.envelope.length + wire.bodyStructure.length + wire.body.length
    return bytes
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
  async readContents(contents: ContentStore, kept: KeptContents, at: number): Promise<readonly Content[]> {
    const found: Content[] = []
    const places: number[] = []
    const wanted: MessageFacts['content'][] = []
    let bytes = 0
    for (let i = at; i < this.length; i++) {
      const content = this.#needsContent(i) ? this.factsAt(i).content : undefined
      const known = content && kept.of(this.#selected, content.ref)
      if (known) found.push(known)
      else if (content && content.size > streamedFrom && this.#canStream(i)) found.push('stream')
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
    if (!this.begin(at, writer, texts)) return false
    for (const item of this.#plan.items) this.writeItem(item, at, writer, content)
    writer.end()
    return true
  }

  /** Writes what comes before the items of which each takes its time; false when the message is gone. */
  begin(at: number, writer: FetchWriter, texts: FlagTexts): boolean {
    const uid = this.uidAt(at)
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

  writeItem(item: PlannedItem, at: number, writer: FetchWriter, content: OpenedContent | undefined): void {
    if (item.item === 'section') writer.section(item.label, this.#section(item, at, content))
    else this.#writeReady(item, at, writer)
  }

  /** In views; `undefined` is NIL. */
  #section({ section, partial, stored }: PlannedSection, at: number, content: OpenedContent | undefined) {
    const lines = stored && this.#wires[at]?.headers
    const runs = lines && stored ? fieldRuns(lines, this.#fieldsOf(lines), stored) : content?.section(section)
    return runs && partial ? cutRuns(runs, partial.from, partial.count) : runs
  }

  #fieldsOf(lines: Uint8Array): Header {
    if (this.#lines !== lines || !this.#fields) this.#fields = parseHeader(lines, 0, usualMessageLimits)
    this.#lines = lines
    return this.#fields
  }

  #writeReady({ item }: Exclude<PlannedItem, PlannedSection>, at: number, writer: FetchWriter): void {
    const wire = this.#wires[at] as MessageWire
    const facts = this.#facts[at]
    if (item === 'RFC822.SIZE') writer.size(facts ? facts.content.size : wire.size)
    else if (item === 'INTERNALDATE') writer.internalDate((facts ?? wire).received)
    else if (item === 'ENVELOPE') writer.ready(item, wire.envelope)
    else if (item === 'BODYSTRUCTURE') writer.ready(item, wire.bodyStructure)
    else if (item === 'BODY') writer.ready(item, wire.body)
  }
}
