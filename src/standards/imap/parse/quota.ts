import type { QuotaCommand, QuotaRootCommand, SetQuotaCommand } from '../command.ts'
import { parseMailbox } from './mailbox.ts'
import type { Reader } from './reader.ts'

/** Resources that one SETQUOTA may name. */
const mostResources = 16

/** RFC 9208 §4.1.1. */
export function parseGetQuota(reader: Reader, tag: string): QuotaCommand {
  reader.space()
  return { tag, name: 'GETQUOTA', root: reader.astring() }
}

/** RFC 9208 §4.1.2. */
export function parseGetQuotaRoot(reader: Reader, tag: string): QuotaRootCommand {
  reader.space()
  return { tag, name: 'GETQUOTAROOT', mailbox: parseMailbox(reader) }
}

/** RFC 9208 §4.1.3. */
export function parseSetQuota(reader: Reader, tag: string): SetQuotaCommand {
  reader.space()
  const root = reader.astring()
  reader.space()
  const limits = reader.list(() => {
    const resource = reader.word()
    reader.space()
    return { resource, limit: reader.number(0, Number.MAX_SAFE_INTEGER) }
  }, true)
  if (limits.length > mostResources) reader.refuse('Too many resources')
  return { tag, name: 'SETQUOTA', root, limits }
}
