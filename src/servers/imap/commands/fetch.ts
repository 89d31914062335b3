import { latin1 } from '#base/bytes'
import { flagNames, SEEN } from '#mail/store'
import { ByteWriter, type FetchCommand, FetchWriter, FlagTexts } from '#standards/imap'
import { type Answers, bad, completed, failed, refused } from '../answers.ts'
import { FetchBatch } from '../fetch-batch.ts'
import { type FetchPlan, planFetch } from '../fetch-plan.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Selecting } from '../session.ts'
import { tellKeywords } from '../updates.ts'
import { tellFlags } from './store.ts'

const block = 65_536
/** Messages looked at in one go: by what has to be read for each. */
const batchSize = (plan: FetchPlan): number => (plan.contents ? 128 : plan.wire || plan.facts ? 512 : 8_192)

/** FETCH, RFC 3501 §6.4.5. Lists go from the index to the socket as they were stored; contents in large reads. */
export async function* handleFetch(command: FetchCommand, session: Selecting): Answers {
  const { tag } = command
  const { selected, account } = session
  const chosen = selected.choose(command)
  if (chosen.outside) return yield bad(tag, 'No such message')
  const plan = planFetch(command.items)
  const unseen = plan.setsSeen && !selected.readOnly ? withoutSeen(selected, chosen.uids) : undefined
  let someGone = chosen.someGone
  let corrupt = false
  const writer = new FetchWriter(new ByteWriter())

  const size = batchSize(plan)
  for (let from = 0; from < chosen.uids.length; from += size) {
    const batch = new FetchBatch(plan, selected, chosen.uids.subarray(from, from + size))
    await batch.read(account)
    const texts = flagTexts(selected)
    yield* keywordNews(selected)
    for (let at = 0; at < batch.length; ) {
      for (const content of await batch.readContents(session.needs.contents, at)) {
        if (content === 'corrupt') corrupt = true
        else if (content === 'stream') {
          if (!(yield* batch.stream(at, writer, texts, session.needs.contents))) someGone = true
        } else if (!batch.write(at, writer, texts, content)) someGone = true
        at++
        if (writer.out.size >= block) yield* writer.out.take()
      }
    }
    yield* writer.out.take()
  }
  if (unseen && unseen.length > 0) {
    const stored = await account.setFlags(selected.open.id, unseen, { op: 'add', flags: ['\\Seen'] })
    if (!stored.ok) return yield failed(tag, stored.failure)
    selected.forgetChange(stored.value.modseq)
    yield* tellFlags(selected, stored.value.changed)
  }
  if (corrupt) yield refused(tag, 'A message cannot be read; its bytes on disk have changed', 'CORRUPTION')
  else if (someGone && !command.uid) yield refused(tag, 'Some of the messages are gone', 'EXPUNGEISSUED')
  else yield completed(tag, 'FETCH completed')
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
