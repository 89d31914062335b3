import type { ContentDraft, NewMessage } from '#mail/store'
import { type AppendCommand, type AppendMessage, type FrameEvent, parseNextMessage } from '#standards/imap'
import { type Answer, type Answers, bad, completed, failed, failedTarget, refused } from '../answers.ts'
import type { LoggedIn } from '../session.ts'
import { makeWireForm } from '../wire-form.ts'
import { imapWords } from '../words.ts'

/** The messages behind APPEND, as they come from the client. */
export interface MessageInput {
  accept(): void
  refuse(): void
  next(): Promise<FrameEvent | undefined>
}

interface Draft {
  readonly message: AppendMessage
  readonly draft: ContentDraft
}

/** APPEND, RFC 3501 §6.3.11; with more than one message, all or none: RFC 3502. */
export async function* handleAppend(command: AppendCommand, session: LoggedIn, input: MessageInput): Answers {
  const { tag } = command
  const drafts: Draft[] = []
  try {
    const target = await session.account.findMailbox(command.mailbox)
    if (!target) {
      input.refuse()
      return yield refused(tag, imapWords['no-such-mailbox'].text, 'TRYCREATE')
    }
    const refusal = yield* receive(command, session, input, drafts)
    if (refusal) return yield refusal
    if (drafts.length === 0) return

    const messages: NewMessage[] = []
    for (const { message, draft } of drafts) {
      const kept = await session.needs.contents.keep(draft)
      if (!kept.ok) return yield failed(tag, kept.failure)
      messages.push({ content: kept.value, received: message.received ?? session.needs.clock(), flags: message.flags })
    }
    const appended = await session.account.append(target.id, messages)
    if (!appended.ok) return yield failedTarget(tag, appended.failure)
    yield completed(tag, 'APPEND completed', { code: 'APPENDUID', ...appended.value })
  } finally {
    for (const { draft } of drafts) draft.discard()
  }
}

/** Takes message after message into drafts. Returns what to answer when one is refused; no drafts: the client left. */
async function* receive(
  command: AppendCommand,
  session: LoggedIn,
  input: MessageInput,
  drafts: Draft[],
): AsyncGenerator<Answer, Answer | undefined, void> {
  const { tag } = command
  let message: AppendMessage = command.message
  for (;;) {
    const objection = judge(tag, message)
    if (objection) {
      input.refuse()
      return objection
    }
    input.accept()
    const draft = session.needs.contents.begin({ headBytes: 0 })
    drafts.push({ message, draft })
    const write = makeWireForm(bytes => draft.write(bytes))
    let event = await input.next()
    for (; event?.kind === 'content'; event = await input.next()) await write(event.bytes)
    if (event?.kind === 'append-end') return undefined
    if (event?.kind === 'append') {
      const next = parseNextMessage(event.head, event.size, tag)
      if (next.ok) {
        message = next.value
        continue
      }
      input.refuse()
      return bad(tag, next.failure.text)
    }
    for (const each of drafts.splice(0)) each.draft.discard()
    if (event?.kind !== 'bad') return undefined
    const { status, text } = event.failure
    return status === 'NO' ? refused(tag, text, 'TOOBIG') : bad(tag, text)
  }
}

const judge = (tag: string, { size }: AppendMessage): Answer | undefined =>
  size === 0 ? refused(tag, 'An empty message is none', 'CANNOT') : undefined
