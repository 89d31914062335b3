import { asciiUpper } from '#base/bytes'
import { decodeResponse } from '#standards/sasl'
import type { AuthenticateCommand, EnableCommand, IdCommand, LoginCommand } from '../command.ts'
import type { Reader } from './reader.ts'

export function parseLogin(reader: Reader, tag: string): LoginCommand {
  reader.space()
  const user = reader.astring()
  reader.space()
  return { tag, name: 'LOGIN', user, password: reader.astring() }
}

/** RFC 3501 §6.2.2 with the initial response of RFC 4959. */
export function parseAuthenticate(reader: Reader, tag: string): AuthenticateCommand {
  reader.space()
  const command = { tag, name: 'AUTHENTICATE', mechanism: reader.word() } as const
  if (!reader.take(' ')) return command
  const written = reader.text.slice(reader.at)
  reader.at = reader.text.length
  const initialResponse = written === '' ? undefined : decodeResponse(written)
  return initialResponse ? { ...command, initialResponse } : reader.refuse('The initial response is not base64')
}

/** RFC 2971 §3.3. */
const mostFields = 30
const longestField = 30
const longestValue = 1024

export function parseId(reader: Reader, tag: string): IdCommand {
  reader.space()
  const fields = new Map<string, string>()
  const command: IdCommand = { tag, name: 'ID', fields }
  if (!reader.sees('(')) return takeNil(reader) ? command : reader.refuse('Expected NIL or a list')
  let count = 0
  reader.list(() => {
    const field = reader.string()
    reader.space()
    const value = takeNil(reader) ? undefined : reader.string()
    if (++count > mostFields || field.length > longestField || (value?.length ?? 0) > longestValue)
      reader.refuse('Too much in ID')
    if (value !== undefined) fields.set(field.toLowerCase(), value)
  }, true)
  return command
}

function takeNil(reader: Reader): boolean {
  if (asciiUpper(reader.text.slice(reader.at, reader.at + 3)) !== 'NIL') return false
  reader.at += 3
  return true
}

/** RFC 5161 §3.1. */
export function parseEnable(reader: Reader, tag: string): EnableCommand {
  const capabilities: string[] = []
  do {
    reader.space()
    capabilities.push(reader.word())
  } while (!reader.atEnd)
  return { tag, name: 'ENABLE', capabilities }
}
