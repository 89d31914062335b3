import { fail, ok, type Result } from '#base/result'
import type {
  AppendCommand,
  AppendMessage,
  CommandFailure,
  ImapCommand,
  MailboxCommand,
  PlainCommand,
} from './command.ts'
import { tagOf } from './literal.ts'
import { parseAppend, parseAppendMessage } from './parse/append.ts'
import { parseFetch } from './parse/fetch.ts'
import { parseAuthenticate, parseEnable, parseId, parseLogin } from './parse/login.ts'
import { parseCreate, parseList, parseLsub, parseMailboxCommand, parseRename, parseStatus } from './parse/mailbox.ts'
import { parseGetQuota, parseGetQuotaRoot, parseSetQuota } from './parse/quota.ts'
import { Reader } from './parse/reader.ts'
import { Refusal } from './parse/refusal.ts'
import { parseSearch } from './parse/search.ts'
import { parseCopy, parseStore, parseUidExpunge } from './parse/store.ts'

type Parse = (reader: Reader, tag: string) => ImapCommand

const plain = (name: PlainCommand['name']): [string, Parse] => [name, (_, tag) => ({ tag, name })]
const mailbox = (name: MailboxCommand['name']): [string, Parse] => [
  name,
  (reader, tag) => parseMailboxCommand(reader, tag, name),
]

/** Every command there is. A new one is a line here and its file beside the others. */
const commands: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  plain('CAPABILITY'),
  plain('NOOP'),
  plain('LOGOUT'),
  plain('STARTTLS'),
  ['AUTHENTICATE', parseAuthenticate],
  ['LOGIN', parseLogin],
  mailbox('SELECT'),
  mailbox('EXAMINE'),
  ['CREATE', parseCreate],
  mailbox('DELETE'),
  ['RENAME', parseRename],
  mailbox('SUBSCRIBE'),
  mailbox('UNSUBSCRIBE'),
  ['LIST', parseList],
  ['LSUB', parseLsub],
  ['STATUS', parseStatus],
  ['APPEND', reader => reader.refuse('APPEND needs a message as its literal')],
  plain('CHECK'),
  plain('CLOSE'),
  plain('UNSELECT'),
  ['EXPUNGE', (_, tag) => ({ tag, name: 'EXPUNGE' })],
  ['SEARCH', (reader, tag) => parseSearch(reader, tag, false)],
  ['FETCH', (reader, tag) => parseFetch(reader, tag, false)],
  ['STORE', (reader, tag) => parseStore(reader, tag, false)],
  ['COPY', (reader, tag) => parseCopy(reader, tag, 'COPY', false)],
  ['MOVE', (reader, tag) => parseCopy(reader, tag, 'MOVE', false)],
  ['UID', parseUid],
  plain('IDLE'),
  plain('NAMESPACE'),
  ['ID', parseId],
  ['ENABLE', parseEnable],
  ['GETQUOTA', parseGetQuota],
  ['GETQUOTAROOT', parseGetQuotaRoot],
  ['SETQUOTA', parseSetQuota],
])

/** RFC 3501 §6.4.8. */
const uidCommands: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['SEARCH', (reader, tag) => parseSearch(reader, tag, true)],
  ['FETCH', (reader, tag) => parseFetch(reader, tag, true)],
  ['STORE', (reader, tag) => parseStore(reader, tag, true)],
  ['COPY', (reader, tag) => parseCopy(reader, tag, 'COPY', true)],
  ['MOVE', (reader, tag) => parseCopy(reader, tag, 'MOVE', true)],
  ['EXPUNGE', parseUidExpunge],
])

function parseUid(reader: Reader, tag: string): ImapCommand {
  reader.space()
  const parse = uidCommands.get(reader.word()) ?? reader.refuse('Unknown UID command')
  return parse(reader, tag)
}

/** The command that stands in the bytes of a `command` event of the frame. */
export const parseCommand = (bytes: Uint8Array): Result<ImapCommand, CommandFailure> =>
  refusable(bytes, (reader, tag) => {
    const parse = commands.get(reader.word()) ?? reader.refuse('Unknown command')
    const command = parse(reader, tag)
    reader.end()
    return command
  })

/** APPEND from the head of the frame's first `append` event. */
export const parseAppendHead = (head: Uint8Array, size: number): Result<AppendCommand, CommandFailure> =>
  refusable(head, (reader, tag) => {
    if (reader.word() !== 'APPEND') reader.refuse('Unknown command')
    const command = parseAppend(reader, tag, size)
    reader.end()
    return command
  })

/** What stands before a further message of the same APPEND. RFC 3502. */
export function parseNextMessage(head: Uint8Array, size: number, tag: string): Result<AppendMessage, CommandFailure> {
  return caught(tag, () => {
    const reader = new Reader(head)
    const message = parseAppendMessage(reader, size)
    reader.end()
    return message
  })
}

function refusable<Parsed>(
  bytes: Uint8Array,
  parse: (reader: Reader, tag: string) => Parsed,
): Result<Parsed, CommandFailure> {
  const tag = tagOf(bytes, 0, bytes.length)
  if (tag === '*') return fail({ tag, status: 'BAD', text: 'A command begins with a tag and a space' })
  return caught(tag, () => {
    const reader = new Reader(bytes)
    reader.at = tag.length + 1
    return parse(reader, tag)
  })
}

function caught<Parsed>(tag: string, parse: () => Parsed): Result<Parsed, CommandFailure> {
  try {
    return ok(parse())
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const { status, text, code } = thrown
    return fail(code ? { tag, status, text, code } : { tag, status, text })
  }
}
