import type { AppendCommand, AppendMessage } from '../command.ts'
import { parseDateTime } from './date.ts'
import { parseFlagList } from './flags.ts'
import { parseMailbox } from './mailbox.ts'
import type { Reader } from './reader.ts'

/** Behind `APPEND`, up to the first literal. RFC 3501 §6.3.11. */
export function parseAppend(reader: Reader, tag: string, size: number): AppendCommand {
  reader.space()
  return { tag, name: 'APPEND', mailbox: parseMailbox(reader), message: parseAppendMessage(reader, size) }
}

/** ` (\Seen) " 7-Feb-1994 21:52:25 -0800" `: what may stand before each message. RFC 3502 §6.3.11. */
export function parseAppendMessage(reader: Reader, size: number): AppendMessage {
  reader.space()
  let flags: AppendMessage['flags'] = []
  if (reader.sees('(')) {
    flags = parseFlagList(reader)
    reader.space()
  }
  if (!reader.sees('"')) return { flags, size }
  const received = parseDateTime(reader)
  reader.space()
  return { flags, received, size }
}
