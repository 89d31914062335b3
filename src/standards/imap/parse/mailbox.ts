import type {
  CreateCommand,
  ListCommand,
  ListReturn,
  ListSelection,
  LsubCommand,
  MailboxCommand,
  RenameCommand,
  StatusCommand,
  StatusItem,
} from '../command.ts'
import { parseListPattern } from '../list-pattern.ts'
import { decodeMailboxName, decodeMailboxPattern } from '../mailbox-name.ts'
import { patternBytes, type Reader } from './reader.ts'
import { Refusal } from './refusal.ts'

const statusItems: ReadonlySet<StatusItem> = new Set([
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'DELETED-STORAGE',
])
const selections: ReadonlySet<ListSelection> = new Set(['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'])
const returns: ReadonlySet<ListReturn | 'STATUS'> = new Set(['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE', 'STATUS'])

/** RFC 5258 §6: more than a client has use for is a flood. */
const mostPatterns = 64
/** Wildcards, and the runs of letters between them, of all patterns together: each costs a walk along every name. */
const mostTokens = 500

/** RFC 3501 §9 mailbox. */
export function parseMailbox(reader: Reader): string {
  const name = decodeMailboxName(reader.astringBytes())
  if (name === undefined) throw new Refusal('Not a mailbox name in modified UTF-7', 'NO', 'CANNOT')
  return name
}

/** SELECT, EXAMINE, DELETE, SUBSCRIBE, UNSUBSCRIBE. */
export function parseMailboxCommand(reader: Reader, tag: string, name: MailboxCommand['name']): MailboxCommand {
  reader.space()
  return { tag, name, mailbox: parseMailbox(reader) }
}

/** RFC 3501 §6.3.3 and RFC 6154 §3. */
export function parseCreate(reader: Reader, tag: string): CreateCommand {
  reader.space()
  const written = parseMailbox(reader)
  const mailbox = written.length > 1 && written.endsWith('/') ? written.slice(0, -1) : written
  const specialUse: string[] = []
  if (reader.take(' ')) {
    reader.need('(')
    if (reader.word() !== 'USE') reader.refuse('Unknown parameter of CREATE')
    reader.space()
    specialUse.push(...reader.list(() => parseUse(reader), true))
    reader.need(')')
  }
  return { tag, name: 'CREATE', mailbox, specialUse }
}

function parseUse(reader: Reader): string {
  reader.need('\\')
  return `\\${reader.atom()}`
}

export function parseRename(reader: Reader, tag: string): RenameCommand {
  reader.space()
  const from = parseMailbox(reader)
  reader.space()
  return { tag, name: 'RENAME', from, to: parseMailbox(reader) }
}

export function parseStatus(reader: Reader, tag: string): StatusCommand {
  reader.space()
  const mailbox = parseMailbox(reader)
  reader.space()
  return { tag, name: 'STATUS', mailbox, items: parseStatusItems(reader) }
}

const parseStatusItems = (reader: Reader): readonly StatusItem[] => [
  ...new Set(reader.list(() => reader.oneOf(statusItems, 'STATUS item'), false)),
]

/** RFC 3501 §6.3.8 with what RFC 5258 §6 adds. */
export function parseList(reader: Reader, tag: string): ListCommand {
  reader.space()
  let select: readonly ListSelection[] = []
  if (reader.sees('(')) {
    select = reader.list(() => reader.oneOf(selections, 'selection of LIST'), true)
    reader.space()
  }
  if (select.includes('RECURSIVEMATCH') && !select.includes('SUBSCRIBED'))
    reader.refuse('RECURSIVEMATCH needs another selection')
  const reference = parseReference(reader)
  reader.space()
  const patterns = reader.sees('(') ? reader.list(() => parsePattern(reader), false) : [parsePattern(reader)]
  if (patterns.length > mostPatterns) reader.refuse('Too many patterns')
  let status: readonly StatusItem[] | undefined
  const returned: ListReturn[] = []
  if (reader.take(' ')) {
    if (reader.word() !== 'RETURN') reader.refuse('Too many arguments')
    reader.space()
    reader.list(() => {
      const option = reader.oneOf(returns, 'RETURN option')
      if (option === 'STATUS') {
        reader.space()
        status = parseStatusItems(reader)
      } else returned.push(option)
    }, true)
  }
  const given = reference === undefined ? [] : patterns.filter(pattern => pattern !== undefined)
  limitTokens(reader, reference, given)
  const command = { tag, name: 'LIST', reference: reference ?? '', patterns: given, select, return: returned } as const
  return status ? { ...command, status } : command
}

export function parseLsub(reader: Reader, tag: string): LsubCommand {
  reader.space()
  const reference = parseReference(reader)
  reader.space()
  const pattern = parsePattern(reader)
  const patterns = reference === undefined || pattern === undefined ? [] : [pattern]
  limitTokens(reader, reference, patterns)
  return { tag, name: 'LSUB', reference: reference ?? '', patterns }
}

function limitTokens(reader: Reader, reference: string | undefined, patterns: readonly string[]): void {
  let tokens = 0
  for (const pattern of patterns) tokens += parseListPattern(reference ?? '', pattern).length
  if (tokens > mostTokens) reader.refuse('Too many wildcards')
}

const parseReference = (reader: Reader): string | undefined => decodeMailboxPattern(reader.astringBytes())
const parsePattern = (reader: Reader): string | undefined => decodeMailboxPattern(reader.astringBytes(patternBytes))
