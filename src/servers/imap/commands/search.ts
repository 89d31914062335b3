import { keywordBits, type MessageFacts, systemFlags } from '#mail/store'
import {
  type BoundKey,
  bindSearch,
  matches,
  matchesFacts,
  type SearchCommand,
  type SearchContent,
  type SearchFacts,
  searchNeed,
} from '#standards/imap'
import { type Answers, completed, refused } from '../answers.ts'
import { inOrder } from '../in-order.ts'
import { readAll } from '../read-all.ts'
import { StoredContent, WholeContent } from '../search-content.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Selecting } from '../session.ts'
import { Turns } from '../turns.ts'

const batchSize = 256
const mostRead = 2_097_152

/** SEARCH, RFC 3501 §6.4.4. Nothing is read of a message that the cheaper keys have decided. */
export async function* handleSearch({ tag, uid, key }: SearchCommand, session: Selecting): Answers {
  const { selected } = session
  const bound = bindSearch(key, {
    bitsOf: flag => bitsOf(selected, flag),
    exists: selected.exists,
    lastUid: selected.lastKnownUid(),
  })
  const search = new Search(bound, session)
  await search.run()
  const hits = Uint32Array.from(search.hits).sort()
  yield { kind: 'search', numbers: uid ? hits : selected.numbersOf(hits) }
  yield search.corrupt
    ? refused(tag, 'A message cannot be read; its bytes on disk have changed', 'CORRUPTION')
    : completed(tag, 'SEARCH completed')
}

function bitsOf({ view }: SelectedMailbox, flag: string): { low: number; high: number } | undefined {
  const wanted = flag.toLowerCase()
  const system = systemFlags.findIndex(each => each.toLowerCase() === wanted)
  if (system >= 0) return { low: 1 << system, high: 0 }
  const place = view.keywords.findIndex(each => each.toLowerCase() === wanted)
  return place < 0 ? undefined : keywordBits(place)
}

/** One search on its way: first the view, then the index, at last the contents of what is still open. */
class Search {
  readonly hits: number[] = []
  corrupt = false
  readonly #key: BoundKey
  readonly #session: Selecting
  readonly #turns = new Turns()
  /** Where the next message probably stands. */
  #hint = 0

  constructor(key: BoundKey, session: Selecting) {
    this.#key = key
    this.#session = session
  }

  async run(): Promise<void> {
    const open: number[] = []
    for (const uid of this.#session.selected.chooseAll()) {
      const facts = this.#factsOf(uid)
      if (facts) this.#sort(uid, matchesFacts(this.#key, facts), open)
      if (this.#turns.isOver()) await this.#turns.next()
    }
    for (let from = 0; from < open.length; from += batchSize)
      await this.#read(Uint32Array.from(open.slice(from, from + batchSize)))
  }

  #sort(uid: number, verdict: boolean | undefined, open: number[]): void {
    if (verdict) this.hits.push(uid)
    else if (verdict === undefined) open.push(uid)
  }

  /** `undefined` when the message has gone meanwhile. */
  #factsOf(uid: number, read?: { size: number; received: SearchFacts['received'] }): SearchFacts | undefined {
    const { selected } = this.#session
    const place = selected.placeOf(uid, this.#hint)
    if (place < 0) return undefined
    this.#hint = place + 1
    const { low, high } = selected.view
    return {
      number: selected.numberAt(place),
      uid,
      low: low[place] as number,
      high: high[place] as number,
      recent: selected.isRecent(uid),
      size: read?.size,
      received: read?.received,
    }
  }

  async #read(uids: Uint32Array): Promise<void> {
    const { account, selected } = this.#session
    let hint = selected.placeOf(uids[0] as number)
    const ordinals = uids.map(uid => {
      const place = selected.placeOf(uid, hint)
      hint = place + 1
      return place < 0 ? 0 : selected.ordinalAt(place)
    })
    const open: number[] = []
    if (searchNeed(this.#key) !== 'facts') {
      const wires = await inOrder(account.readWire(ordinals), ordinals)
      for (let i = 0; i < uids.length; i++) {
        const wire = wires[i]
        if (wire) this.#judge(uids[i] as number, wire, new StoredContent(wire), open)
        if (this.#turns.isOver()) await this.#turns.next()
      }
      if (open.length === 0) return
    }
    const facts = await inOrder(account.readFacts(ordinals), ordinals)
    const left = searchNeed(this.#key) === 'facts' ? undefined : new Set(open)
    let group: [number, MessageFacts][] = []
    let bytes = 0
    for (let i = 0; i < uids.length; i++) {
      const uid = uids[i] as number
      const fact = facts[i]
      if (!fact || (left && !left.has(uid))) continue
      if (!left) {
        this.#judge(uid, { size: fact.content.size, received: fact.received }, nothing, [])
        continue
      }
      if (group.length > 0 && bytes + fact.content.size > mostRead) {
        await this.#readContents(group)
        group = []
        bytes = 0
      }
      group.push([uid, fact])
      bytes += fact.content.size
    }
    await this.#readContents(group)
  }

  async #readContents(group: readonly [number, MessageFacts][]): Promise<void> {
    if (group.length === 0) return
    const read = await readAll(
      this.#session.needs.contents,
      group.map(([, { content }]) => content),
    )
    for (let i = 0; i < read.length; i++) {
      const [uid, { content, received }] = group[i] as [number, MessageFacts]
      const bytes = read[i] as Uint8Array | 'corrupt'
      if (bytes === 'corrupt') this.corrupt = true
      else this.#judge(uid, { size: content.size, received }, new WholeContent(bytes), [])
      if (this.#turns.isOver()) await this.#turns.next()
    }
  }

  #judge(
    uid: number,
    read: { size: number; received: SearchFacts['received'] },
    content: SearchContent,
    open: number[],
  ): void {
    const facts = this.#factsOf(uid, read)
    if (facts) this.#sort(uid, matches(this.#key, facts, content), open)
  }
}

const nothing: SearchContent = { field: () => undefined }
