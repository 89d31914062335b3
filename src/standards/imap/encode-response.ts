import { ByteWriter } from './encode/byte-writer.ts'
import { encodeCode } from './encode/code.ts'
import { flagList, isAtom, plainText, writeMailboxName, writeNstring, writeString } from './encode/strings.ts'
import { encodeMailboxName } from './mailbox-name.ts'
import type { ImapResponse, ListResponse, Namespace, StatusResponse } from './response.ts'

/** One response with its CRLF. RFC 3501 §7. */
export function encodeResponse(response: ImapResponse): Uint8Array {
  const out = new ByteWriter(128)
  writeResponse(out, response)
  return out.takeBytes()
}

/** The same behind what the writer holds already. */
export function writeResponse(out: ByteWriter, response: ImapResponse): void {
  switch (response.kind) {
    case 'status':
      writeStatus(out, response)
      break
    case 'continue':
      out.ascii(`+ ${response.text === '' ? '' : plainText(response.text, true)}`)
      break
    case 'capability':
    case 'enabled':
      out.ascii(`* ${[response.kind.toUpperCase(), ...response.capabilities.filter(isAtom)].join(' ')}`)
      break
    case 'list':
      writeList(out, response)
      break
    case 'mailbox-status':
      out.ascii('* STATUS ')
      writeMailboxName(out, response.mailbox)
      out.ascii(` (${response.items.map(({ item, number }) => `${item} ${number}`).join(' ')})`)
      break
    case 'search':
      out.ascii('* SEARCH')
      for (const number of response.numbers) {
        out.ascii(' ')
        out.number(number)
      }
      break
    case 'flags':
      out.ascii(`* FLAGS ${flagList(response.flags)}`)
      break
    case 'exists':
    case 'recent':
    case 'expunge':
      out.ascii('* ')
      out.number(response.number)
      out.ascii(response.kind === 'exists' ? ' EXISTS' : response.kind === 'recent' ? ' RECENT' : ' EXPUNGE')
      break
    case 'namespace':
      out.ascii('* NAMESPACE')
      for (const spaces of [response.personal, response.others, response.shared]) writeNamespaces(out, spaces)
      break
    case 'quota':
      out.ascii('* QUOTA ')
      writeString(out, response.root)
      out.ascii(` (${response.resources.map(({ name, used, limit }) => `${name} ${used} ${limit}`).join(' ')})`)
      break
    case 'quotaroot':
      out.ascii('* QUOTAROOT ')
      writeMailboxName(out, response.mailbox)
      for (const root of response.roots) {
        out.ascii(' ')
        writeString(out, root)
      }
      break
    case 'id':
      writeId(out, response.fields)
      break
  }
  out.ascii('\r\n')
}

function writeStatus(out: ByteWriter, { tag, status, code, text }: StatusResponse): void {
  const coded = code === undefined ? '' : `[${encodeCode(code)}] `
  out.ascii(`${tag ?? '*'} ${status} ${coded}${plainText(text, code !== undefined)}`)
}

/** RFC 3501 §7.2.2, RFC 5258 §3.5. */
function writeList(out: ByteWriter, response: ListResponse): void {
  out.ascii(`* ${response.as} ${flagList(response.attributes)} `)
  writeNstring(out, response.delimiter)
  out.ascii(' ')
  writeMailboxName(out, response.mailbox)
  if (!response.childInfo) return
  out.ascii(' ("CHILDINFO" (')
  response.childInfo.forEach((selection, i) => {
    if (i > 0) out.ascii(' ')
    writeString(out, selection)
  })
  out.ascii('))')
}

/** RFC 2342 §5. */
function writeNamespaces(out: ByteWriter, spaces: readonly Namespace[] | undefined): void {
  out.ascii(' ')
  if (!spaces || spaces.length === 0) {
    out.ascii('NIL')
    return
  }
  out.ascii('(')
  for (const { prefix, delimiter } of spaces) {
    out.ascii('(')
    writeString(out, encodeMailboxName(prefix))
    out.ascii(' ')
    writeNstring(out, delimiter)
    out.ascii(')')
  }
  out.ascii(')')
}

/** RFC 2971 §3.2. */
function writeId(out: ByteWriter, fields: Readonly<Record<string, string>>): void {
  const entries = Object.entries(fields)
  if (entries.length === 0) {
    out.ascii('* ID NIL')
    return
  }
  out.ascii('* ID (')
  entries.forEach(([field, value], i) => {
    if (i > 0) out.ascii(' ')
    writeString(out, field)
    out.ascii(' ')
    writeString(out, value)
  })
  out.ascii(')')
}
