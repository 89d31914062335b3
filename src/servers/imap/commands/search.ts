import { keywordBits, type MessageFacts, type MessageWire, systemFlags } from '#mail/store'
import {
  type BoundKey,
  bindSearch,
  matches,
  matchesFacts,
  type SearchCommand,
  type SearchContent,
  type SearchFacts,
  type SoughtInMessage,
  searchNeed,
  soughtBy,
  unread,
} from '#standards/imap'
import { type Answers, completed, note, refused } from '../answers.ts'
import { inOrder } from '../in-order.ts'
import { ordinalsOf } from '../ordinals-of.ts'
import { cannotBeRead, readAll } from '../read-all.ts'
import { StoredContent, WholeContent } from '../search-content.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Selecting } from '../session.ts'
import { Turns } from '../turns.ts'
import { Turnstile } from '../turnstile.ts'

const batchSize = 128
const mostRead = 2_097_152
/** Keys that look for a text anywhere in a message, or in one field of its header: each costs time on each message. */
const mostTexts = 32
const mostFieldTexts = 256

/** So often a search that lasts says so: a client that waits hears it, and whether one still waits is found out. */
const noteMilliseconds = 2_000

/** Searches that read contents: each holds some, and all share one processor with everybody else. */
const readers = new Turnstile({ perAccount: 4, all: 8 })

/** SEARCH, RFC 3501 §6.4.4. Nothing is read of a message that the cheaper keys have decided. */
export async function* handleSearch({ tag, uid, key }: SearchCommand, session: Selecting): Answers {
  const { selected } = session
  const bound = bindSearch(key, {
    bitsOf: flag => bitsOf(selected, flag),
    exists: selected.exists,
    lastUid: selected.lastKnownUid(),
  })
  const sought = soughtBy(bound)
  if (sought.texts > mostTexts || sought.fieldTexts > mostFieldTexts) {
    const words = `A search looks for no more than ${mostTexts} texts and ${mostFieldTexts} header fields at a time`
    return yield refused(tag, words, 'LIMIT')
  }
  const search = new Search(bound, sought, session)
  const running = search.run()
  while (!(await endsWithin(running, noteMilliseconds))) yield note('Still searching')
  const hits = Uint32Array.from(search.hits).sort()
  yield { kind: 'search', numbers: uid ? hits : selected.numbersOf(hits) }
  yield search.corrupt ? refused(tag, ...cannotBeRead) : completed(tag, 'SEARCH completed')
}

async function endsWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

function bitsOf({ view }: SelectedMailbox, flag: string): { low: number; high: number } | undefined {
  const wanted = flag.toLowerCase()
  const system = systemFlags.findIndex(each => each.toLowerCase() === wanted)
  if (system >= 0) return { low: 1 << system, high: 0 }
  const place = view.keywords.findIndex(each => each.toLowerCase() === wanted)
  return place < 0 ? undefined : keywordBits(place)
}

type ReadFacts = Pick<SearchFacts, 'size' | 'received'>

/** One search on its way: first the view, then the index, at last the contents of what is still open. */
class Search {
  readonly hits: number[] = []
  corrupt = false
  readonly #key: BoundKey
  readonly #sought: SoughtInMessage
  readonly #session: Selecting
  readonly #selected: SelectedMailbox
  readonly #turns = new Turns()
  /** Where the next message probably stands. */
  #hint = 0
  /** The way out of the turnstile, once this search has come in. */
  #leave: (() => void) | undefined

  constructor(key: BoundKey, sought: SoughtInMessage, session: Selecting) {
    this.#key = key
    this.#sought = sought
    this.#session = session
    this.#selected = session.selected
  }

  /** The client has gone; nobody waits for an answer. */
  get isLeft(): boolean {
    return this.#session.selected !== this.#selected
  }

  async run(): Promise<void> {
    const open: number[] = []
    try {
      for (const uid of this.#selected.chooseAll()) {
        const facts = this.#factsOf(uid)
        if (facts) this.#sort(uid, matchesFacts(this.#key, facts), open)
        if (this.#turns.isOver() && !(await this.#hasTurn())) return
      }
      for (let from = 0; from < open.length && !this.isLeft; from += batchSize)
        await this.#read(Uint32Array.from(open.slice(from, from + batchSize)))
    } finally {
      this.#leave?.()
    }
  }

  /** The others have theirs; false when there is no sense in going on. */
  async #hasTurn(): Promise<boolean> {
    await this.#turns.next()
    return !this.isLeft
  }

  #sort(uid: number, verdict: boolean | undefined, open: number[]): void {
    if (verdict) this.hits.push(uid)
    else if (verdict === undefined) open.push(uid)
  }

  /** `undefined` when the message has gone meanwhile. */
  #factsOf(uid: number, read?: ReadFacts): SearchFacts | undefined {
    const selected = this.#selected
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
    const ordinals = ordinalsOf(this.#selected, uids)
    const { account } = this.#session
    const onlyFacts = searchNeed(this.#key) === 'facts'
    const open = onlyFacts ? undefined : await this.#readIndex(uids, ordinals)
    if (open?.size === 0 || this.isLeft) return
    const facts = await inOrder(account.readFacts(ordinals), ordinals)
    let group: [number, MessageFacts][] = []
    let bytes = 0
    for (let i = 0; i < uids.length; i++) {
      const uid = uids[i] as number
      const fact = facts[i]
      if (!fact || (open && !open.has(uid))) continue
      if (!open) {
        this.#judge(uid, { size: fact.content.size, received: fact.received }, unread, [])
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

  /** Judges by what is kept beside the index; gives back what that cannot decide. Rows are dropped as they come. */
  async #readIndex(uids: Uint32Array, ordinals: Uint32Array): Promise<ReadonlySet<number>> {
    const open: number[] = []
    let at = 0
    const judge = (wire: MessageWire): void => {
      while (at < ordinals.length && ordinals[at] !== wire.ordinal) at++
      if (at < ordinals.length) this.#judge(uids[at++] as number, wire, new StoredContent(wire), open)
    }
    for await (const wires of this.#session.account.readWire(ordinals))
      for (const wire of wires) {
        judge(wire)
        if (this.#turns.isOver() && !(await this.#hasTurn())) return new Set()
      }
    return new Set(open)
  }

  async #readContents(group: readonly [number, MessageFacts][]): Promise<void> {
    if (group.length === 0 || this.isLeft) return
    this.#leave ??= await readers.enter(this.#session.account.account)
    if (this.isLeft) return
    const read = await readAll(
      this.#session.needs.contents,
      group.map(([, { content }]) => content),
    )
    for (let i = 0; i < read.length; i++) {
      const [uid, { content, received }] = group[i] as [number, MessageFacts]
      const bytes = read[i] as Uint8Array | 'corrupt'
      if (bytes === 'corrupt') this.corrupt = true
      else await this.#judgeWhole(uid, { size: content.size, received }, bytes)
      if (this.#turns.isOver() && !(await this.#hasTurn())) return
    }
  }

  /** Reads no further than until the message is decided. */
  async #judgeWhole(uid: number, read: ReadFacts, bytes: Uint8Array): Promise<void> {
    const content = new WholeContent(bytes, this.#sought)
    const facts = this.#factsOf(uid, read)
    if (!facts) return
    for (;;) {
      const verdict = matches(this.#key, facts, content)
      if (verdict !== undefined || content.isRead) return this.#sort(uid, verdict, [])
      while (!content.readOn()) if (this.#turns.isOver() && !(await this.#hasTurn())) return
    }
  }

  #judge(uid: number, read: ReadFacts, content: SearchContent, open: number[]): void {
    const facts = this.#factsOf(uid, read)
    if (facts) this.#sort(uid, matches(this.#key, facts, content), open)
  }
}
