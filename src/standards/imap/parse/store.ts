import type { CopyCommand, ExpungeCommand, StoreCommand } from '../command.ts'
import type { StoreOperation } from '../flags.ts'
import { parseFlags } from './flags.ts'
import { parseMailbox } from './mailbox.ts'
import type { Reader } from './reader.ts'
import { parseSequenceSet } from './sequence.ts'

/** Behind `STORE`. RFC 3501 §6.4.6. */
export function parseStore(reader: Reader, tag: string, uid: boolean): StoreCommand {
  reader.space()
  const set = parseSequenceSet(reader)
  reader.space()
  const operation: StoreOperation = reader.take('+') ? 'add' : reader.take('-') ? 'remove' : 'replace'
  const item = reader.word()
  if (item !== 'FLAGS' && item !== 'FLAGS.SILENT') reader.refuse('Unknown STORE item')
  reader.space()
  return { tag, name: 'STORE', uid, set, operation, silent: item === 'FLAGS.SILENT', flags: parseFlags(reader) }
}

/** COPY, and MOVE of RFC 6851. */
export function parseCopy(reader: Reader, tag: string, name: CopyCommand['name'], uid: boolean): CopyCommand {
  reader.space()
  const set = parseSequenceSet(reader)
  reader.space()
  return { tag, name, uid, set, mailbox: parseMailbox(reader) }
}

/** UID EXPUNGE, RFC 4315 §2.1. */
export function parseUidExpunge(reader: Reader, tag: string): ExpungeCommand {
  reader.space()
  return { tag, name: 'EXPUNGE', uids: parseSequenceSet(reader) }
}
