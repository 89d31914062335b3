import type { ResponseCode } from '../response.ts'
import { encodeNumbers } from '../sequence-set.ts'
import { flagList, isAtom } from './strings.ts'

/** Without its brackets. RFC 3501 §7.1, RFC 4315 §3. */
export function encodeCode(code: ResponseCode): string {
  if (typeof code === 'string') return code
  switch (code.code) {
    case 'UIDNEXT':
    case 'UIDVALIDITY':
    case 'UNSEEN':
      return `${code.code} ${code.number}`
    case 'PERMANENTFLAGS':
      return `PERMANENTFLAGS ${flagList(code.flags)}`
    case 'CAPABILITY':
      return `CAPABILITY ${code.capabilities.filter(isAtom).join(' ')}`
    case 'BADCHARSET':
      return `BADCHARSET (${code.charsets.filter(isAtom).join(' ')})`
    case 'APPENDUID':
      return `APPENDUID ${code.uidValidity} ${encodeNumbers(code.uids)}`
    case 'COPYUID':
      return `COPYUID ${code.uidValidity} ${encodeNumbers(code.from)} ${encodeNumbers(code.to)}`
  }
}
