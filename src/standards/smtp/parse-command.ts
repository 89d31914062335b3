import { asciiUpper, latin1Text, utf8Text } from '#base/bytes'
import { encodeAddress, needsUtf8, type Path, parsePath } from '#standards/address'
import type { Command } from './command.ts'
import { replies } from './reply.ts'

/**
 * RFC 5321 §4.5.3.1 wants 64 octets of a local part taken at the least, and no limit where that can be. Senders carry
 * whole addresses and signatures in theirs (VERP, SRS), and who refuses one loses the letter: its bounce goes to that
 * same address. So the path alone is measured. No mail server known to us sends one of more than 320 octets.
 */
const maxPath = 320
const addressRules = { utf8: true, maxLocal: maxPath, maxLength: maxPath }
const maxName = 255
const maxParameters = 16

const bad = (reply: string, fatal = false): Command => ({ verb: 'bad', reply, fatal })
const syntax = bad(replies.syntax)
const unknown = bad(replies.unknown)
const badArguments = bad(replies.badArguments)
const noArguments = bad(replies.noArguments)
const unknownParameter = bad(replies.unknownParameter)
const badParameter = bad(replies.badParameter)
const badChunk = bad(replies.badChunk, true)

/** One line, without its CRLF. RFC 5321 §4.1.1; verbs and keywords in any case. */
export function parseCommand(line: Uint8Array): Command {
  let text = latin1Text(line)
  let beyondAscii = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === 127) return syntax
    if (code > 127) beyondAscii = true
  }
  if (beyondAscii) text = utf8Text(line)
  const space = text.indexOf(' ')
  const verb = asciiUpper(space < 0 ? text : text.slice(0, space))
  const argument = space < 0 ? '' : trimSpaces(text.slice(space + 1))
  switch (verb) {
    case 'EHLO':
    case 'HELO':
    case 'LHLO':
      return isName(argument) ? { verb, name: argument } : badArguments
    case 'MAIL':
      return parseMail(argument)
    case 'RCPT':
      return parseRcpt(argument)
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      return argument === '' ? { verb } : noArguments
    case 'NOOP':
    case 'HELP':
      return { verb }
    case 'VRFY':
    case 'EXPN':
      return argument === '' ? badArguments : { verb }
    case 'BDAT':
      return parseBdat(argument)
    case 'AUTH':
      return parseAuth(argument)
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'HEAD':
    case 'DELETE':
    case 'OPTIONS':
    case 'PATCH':
    case 'TRACE':
    case 'CONNECT':
    case 'PRI':
    case 'PROXY':
      return { verb: 'alien' }
    default:
      return unknown
  }
}

/** SP alone; `trim` would take what Unicode calls a space, too. */
function trimSpaces(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && text.charCodeAt(from) === 32) from++
  while (to > from && text.charCodeAt(to - 1) === 32) to--
  return text.slice(from, to)
}

/** Any one word: what clients call themselves is often no domain, and nothing is decided by it. */
function isName(text: string): boolean {
  if (text.length === 0 || text.length > maxName) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 32 || code > 126) return false
  }
  return true
}

/** The path behind `FROM:` or `TO:`, and where it ends. A space before it is wrong and common. */
function readPath(argument: string, keyword: string): { readonly path: Path; readonly end: number } | undefined {
  if (asciiUpper(argument.slice(0, keyword.length)) !== keyword) return undefined
  // What was not UTF-8 became this.
  if (argument.includes('\ufffd')) return undefined
  let from = keyword.length
  while (argument.charCodeAt(from) === 32) from++
  const read = parsePath(argument, from, addressRules)
  if (!read.ok) return undefined
  const next = argument.charCodeAt(read.value.end)
  return Number.isNaN(next) || next === 32 ? read.value : undefined
}

function parseMail(argument: string): Command {
  const read = readPath(argument, 'FROM:')
  if (read === undefined || read.path.kind === 'postmaster') return bad(replies.badSender)
  let size: number | undefined
  let eightBit = false
  let smtpUtf8 = false
  const parameters = argument.slice(read.end).split(' ', maxParameters + 1)
  if (parameters.length > maxParameters) return badArguments
  for (const parameter of parameters) {
    if (parameter === '') continue
    const equals = parameter.indexOf('=')
    const value = equals < 0 ? undefined : parameter.slice(equals + 1)
    switch (asciiUpper(equals < 0 ? parameter : parameter.slice(0, equals))) {
      case 'SIZE':
        size = value === undefined ? undefined : readNumber(value)
        if (size === undefined) return badParameter
        break
      case 'BODY': {
        const body = asciiUpper(value ?? '')
        if (body !== '7BIT' && body !== '8BITMIME') return badParameter
        eightBit = body === '8BITMIME'
        break
      }
      case 'SMTPUTF8':
        if (value !== undefined) return badParameter
        smtpUtf8 = true
        break
      // RFC 4954 §5: who wrote the letter first, in the client's opinion. Nobody here believes it.
      case 'AUTH':
        if (value === undefined || value === '') return badParameter
        break
      default:
        return unknownParameter
    }
  }
  const { path } = read
  return path.kind === 'null'
    ? { verb: 'MAIL', sender: '', size, eightBit, smtpUtf8, needsUtf8: false }
    : {
        verb: 'MAIL',
        sender: encodeAddress(path.address),
        size,
        eightBit,
        smtpUtf8,
        needsUtf8: needsUtf8(path.address),
      }
}

function parseRcpt(argument: string): Command {
  const read = readPath(argument, 'TO:')
  if (read === undefined || read.path.kind === 'null') return bad(replies.badRecipient)
  if (read.end < argument.length) return unknownParameter
  const { path } = read
  return path.kind === 'postmaster'
    ? { verb: 'RCPT', recipient: 'postmaster', needsUtf8: false }
    : { verb: 'RCPT', recipient: encodeAddress(path.address), needsUtf8: needsUtf8(path.address) }
}

/** RFC 3030 §2. Without a size we cannot know where the chunk ends, so a bad one ends the dialogue. */
function parseBdat(argument: string): Command {
  const space = argument.indexOf(' ')
  const size = readNumber(space < 0 ? argument : argument.slice(0, space))
  if (size === undefined || size > Number.MAX_SAFE_INTEGER) return badChunk
  if (space < 0) return { verb: 'BDAT', size, last: false }
  return asciiUpper(trimSpaces(argument.slice(space + 1))) === 'LAST' ? { verb: 'BDAT', size, last: true } : badChunk
}

function parseAuth(argument: string): Command {
  const space = argument.indexOf(' ')
  if (argument === '') return badArguments
  if (space < 0) return { verb: 'AUTH', mechanism: asciiUpper(argument), initial: undefined }
  const initial = trimSpaces(argument.slice(space + 1))
  if (initial.includes(' ')) return badArguments
  return { verb: 'AUTH', mechanism: asciiUpper(argument.slice(0, space)), initial }
}

/** 1*20DIGIT, RFC 1870 §4. */
function readNumber(text: string): number | undefined {
  if (text.length === 0 || text.length > 20) return undefined
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return undefined
  }
  return Number(text)
}
