import { find } from '#base/bytes'
import type { ContentDraft, NewMessage, StoredContent, StoreFailure } from '#mail/store'
import { type AppendCommand, type AppendMessage, type FrameEvent, parseNextMessage } from '#standards/imap'
import { type Answer, type Answers, answerTo, completed, failed, failedTarget, refused } from '../answers.ts'
import type { LoggedIn } from '../session.ts'
import { makeWireForm } from '../wire-form.ts'
import { imapWords } from '../words.ts'

/** RFC 3502 knows no limit. Whoever uploads a mailbox sends messages by the dozen. */
const mostMessages = 1_000
/** What several messages hold together where the settings limit nothing. */
const mostBytesTogether = 64 * 1_048_576
/** What waits for the last message in drafts: those of some size hold a file each. */
const mostBytesOpen = 4 * 1_048_576

/** The messages behind APPEND, as they come from the client. */
export interface MessageInput {
  accept(): void
  refuse(): void
  next(): Promise<FrameEvent | undefined>
}

interface Received {
  readonly message: AppendMessage
  readonly draft: ContentDraft
  kept: StoredContent | undefined
}

/** APPEND, RFC 3501 §6.3.11; with more than one message, all or none: RFC 3502. */
export async function* handleAppend(command: AppendCommand, session: LoggedIn, input: MessageInput): Answers {
  const { tag } = command
  const received: Received[] = []
  try {
    const target = await session.account.findMailbox(command.mailbox)
    if (!target) {
      input.refuse()
      return yield refused(tag, imapWords['no-such-mailbox'].text, 'TRYCREATE')
    }
    const refusal = await receive(command, session, input, received)
    if (refusal) return yield refusal
    if (received.length === 0) return

    const failure = await keep(received, session)
    if (failure) return yield failed(tag, failure)
    const messages = received.map(({ message, kept }): NewMessage => {
      return {
        content: kept as StoredContent,
        received: message.received ?? session.needs.clock(),
        flags: message.flags,
      }
    })
    const appended = await session.account.append(target.id, messages)
    if (!appended.ok) return yield failedTarget(tag, appended.failure)
    yield completed(tag, 'APPEND completed', { code: 'APPENDUID', ...appended.value })
  } finally {
    discard(received)
  }
}

/** Takes message after message. Returns what to answer when one is refused; nothing received: the client has left. */
async function receive(
  { tag, message: first }: AppendCommand,
  session: LoggedIn,
  input: MessageInput,
  received: Received[],
): Promise<Answer | undefined> {
  const mostBytes = session.needs.settings().maxAppendBytes || mostBytesTogether
  let message = first
  let bytes = 0
  let hasNul = false
  for (;;) {
    bytes += message.size
    const objection =
      judge(tag, message, received.length, bytes > mostBytes) ?? (await makeRoom(tag, session, received))
    if (objection) {
      input.refuse()
      return objection
    }
    input.accept()
    const draft = session.needs.contents.begin({ headBytes: 0 })
    received.push({ message, draft, kept: undefined })
    const write = makeWireForm(chunk => draft.write(chunk))
    let event = await input.next()
    for (; event?.kind === 'content'; event = await input.next()) {
      hasNul ||= find(event.bytes, 0) >= 0
      await write(event.bytes)
    }
    if (event?.kind === 'append-end')
      // RFC 3501 §9 CHAR8: no answer could give it back.
      return hasNul ? refused(tag, 'A message contains NUL', 'CANNOT') : undefined
    if (event?.kind !== 'append') {
      discard(received.splice(0))
      return event?.kind === 'bad' ? answerTo(event.failure) : undefined
    }
    const next = parseNextMessage(event.head, event.size, tag)
    if (!next.ok) {
      input.refuse()
      return answerTo(next.failure)
    }
    message = next.value
  }
}

/** One message alone may be as large as the settings, and so the frame, let it be. */
function judge(tag: string, { size }: AppendMessage, before: number, tooMuch: boolean): Answer | undefined {
  if (size === 0) return refused(tag, 'An empty message is none', 'CANNOT')
  if (before >= mostMessages) return refused(tag, 'Too many messages for one command', 'LIMIT')
  if (before > 0 && tooMuch) return refused(tag, 'The messages are too large together', 'TOOBIG')
  return undefined
}

/** However many messages come, few large drafts are open. */
async function makeRoom(tag: string, session: LoggedIn, received: readonly Received[]): Promise<Answer | undefined> {
  let open = 0
  for (const { draft, kept } of received) if (!kept) open += draft.size
  if (open < mostBytesOpen) return undefined
  const failure = await keep(received, session)
  return failure && failed(tag, failure)
}

/** Brings to disk, in one go, what is not there yet. What nothing will refer to in the end is never read again. */
async function keep(received: readonly Received[], session: LoggedIn): Promise<StoreFailure | undefined> {
  const failures = await Promise.all(
    received.map(async (each): Promise<StoreFailure | undefined> => {
      if (each.kept) return undefined
      const kept = await session.needs.contents.keep(each.draft)
      if (!kept.ok) return kept.failure
      each.kept = kept.value
      return undefined
    }),
  )
  return failures.find(failure => failure !== undefined)
}

function discard(received: readonly Received[]): void {
  for (const { draft } of received) draft.discard()
}
