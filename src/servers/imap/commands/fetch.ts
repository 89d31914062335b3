import { latin1 } from '#base/bytes'
import { type ContentRef, flagNames, SEEN, type StoreFailure } from '#mail/store'
import { ByteWriter, type FetchCommand, FetchWriter, FlagTexts } from '#standards/imap'
import { type Answer, type Answers, bad, completed, failed, refused } from '../answers.ts'
import { FetchBatch } from '../fetch-batch.ts'
import { type FetchPlan, planFetch } from '../fetch-plan.ts'
import { KeptContents } from '../kept-contents.ts'
import type { OpenedContent } from '../opened-content.ts'
import { cannotBeRead } from '../read-all.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Selecting } from '../session.ts'
import { streamMessage, type Told, tellPieces } from '../stream-message.ts'
import { tellKeywords } from '../updates.ts'
import { imapWords } from '../words.ts'
import { tellFlags } from './store.ts'

const block = 65_536
/** Sections of one command that look at each field of a header. */
const mostChoices = 32
/** Messages looked at in one go, by what has to be read for each; and what may be held of the index meanwhile. */
const mostAtOnce = (plan: FetchPlan): number => (plan.contents || plan.wire ? 128 : plan.facts ? 512 : 8_192)
const leastAtOnce = 8
const mostWireBytes = 2_097_152

const kept = new KeptContents({ bytes: 67_108_864, milliseconds: 10_000 })

/** FETCH, RFC 3501 §6.4.5. Lists go from the index to the socket as they were stored; contents in large reads. */
export async function* handleFetch(command: FetchCommand, session: Selecting): Answers {
  const { tag } = command
  const { selected } = session
  const chosen = selected.choose(command)
  if (chosen.outside) return yield bad(tag, 'No such message')
  const plan = planFetch(command.items)
  if (plan.choices > mostChoices)
    return yield refused(tag, `A FETCH chooses fields of no more than ${mostChoices} headers at a time`, 'LIMIT')
  const unseen = plan.setsSeen && !selected.readOnly ? withoutSeen(selected, chosen.uids) : undefined
  const fetch = new Fetch(plan, session)
  yield* fetch.run(chosen.uids)
  if (unseen) {
    const told = unseen.filter(uid => !fetch.missed.has(uid))
    const failure = told.length > 0 ? yield* setSeen(session, told) : undefined
    if (failure === 'store-closed') return yield failed(tag, failure)
    // What was delivered stays delivered, whether or not the store can note it.
    if (failure) yield { kind: 'status', status: 'NO', text: `Nothing is marked as seen: ${imapWords[failure].text}` }
  }
  if (fetch.corrupt) yield refused(tag, ...cannotBeRead)
  else if ((chosen.someGone || fetch.missed.size > 0) && !command.uid)
    yield refused(tag, 'Some of the messages are gone', 'EXPUNGEISSUED')
  else yield completed(tag, 'FETCH completed')
}

/** One FETCH on its way. */
class Fetch {
  corrupt = false
  /** UIDs of messages that were not told. */
  readonly missed = new Set<number>()
  readonly #plan: FetchPlan
  readonly #session: Selecting
  readonly #writer = new FetchWriter(new ByteWriter())
  /** The content that was looked at last. */
  #last: { readonly ref: ContentRef; readonly content: OpenedContent } | undefined

  constructor(plan: FetchPlan, session: Selecting) {
    this.#plan = plan
    this.#session = session
  }

  async *run(uids: Uint32Array): AsyncGenerator<Answer, void, void> {
    const { selected, account } = this.#session
    const { out } = this.#writer
    const most = mostAtOnce(this.#plan)
    let size = this.#plan.wire ? Math.min(most, 4 * leastAtOnce) : most
    for (let from = 0; from < uids.length; ) {
      const batch = new FetchBatch(this.#plan, selected, uids.subarray(from, from + size))
      await batch.read(account)
      from += size
      if (batch.wireBytes > mostWireBytes) size = Math.max(leastAtOnce, size >> 1)
      else if (batch.wireBytes < mostWireBytes / 4) size = Math.min(most, 2 * size)
      const texts = flagTexts(selected)
      yield* keywordNews(selected)
      yield* this.#tell(batch, texts)
      yield* out.take()
    }
    if (this.#last) kept.keep(selected, this.#last.ref, this.#last.content)
  }

  async *#tell(batch: FetchBatch, texts: FlagTexts): AsyncGenerator<Uint8Array, void, void> {
    const writer = this.#writer
    const { contents } = this.#session.needs
    for (let at = 0; at < batch.length; )
      for (const content of await batch.readContents(contents, kept, at)) {
        const telling = { plan: this.#plan, batch, at, writer, texts }
        let told: Told
        if (content === 'corrupt') told = content
        else if (content === 'stream') told = yield* streamMessage(telling, contents)
        else if (content && content.bytes.length > block) {
          told = yield* tellPieces(telling, content)
          this.#last = { ref: batch.factsAt(at).content.ref, content }
        } else told = batch.write(at, writer, texts, content) ? 'told' : 'gone'
        if (told === 'corrupt') this.corrupt = true
        if (told !== 'told') this.missed.add(batch.uidAt(at))
        at++
        if (writer.out.size >= block) yield* writer.out.take()
      }
  }
}

async function* setSeen(
  { account, selected }: Selecting,
  uids: Uint32Array,
): AsyncGenerator<Answer, StoreFailure | undefined, void> {
  const stored = await account.setFlags(selected.open.id, uids, { op: 'add', flags: ['\\Seen'] })
  if (!stored.ok) return stored.failure
  selected.forgetChange(stored.value.modseq)
  yield* tellFlags(selected, stored.value.changed)
  return undefined
}

function* keywordNews(selected: SelectedMailbox): Generator<Uint8Array> {
  const news = tellKeywords(selected)
  if (news !== '') yield latin1(news)
}

function flagTexts({ view }: SelectedMailbox): FlagTexts {
  const { keywords } = view
  return new FlagTexts((low, high) => flagNames({ low, high }, keywords))
}

function withoutSeen(selected: SelectedMailbox, uids: Uint32Array): Uint32Array {
  let hint = 0
  return uids.filter(uid => {
    const place = selected.placeOf(uid, hint)
    hint = place + 1
    return place >= 0 && ((selected.view.low[place] as number) & SEEN) === 0
  })
}
