import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suitesFolder } from './suites.ts'

/** What one server said of a message: strings, numbers as strings, NIL as null. */
export type RecordedValue = null | string | readonly RecordedValue[]

export interface RecordedAnswer {
  readonly size: string
  readonly envelope: RecordedValue
  readonly bodystructure: RecordedValue
}

export const referenceServers = ['dovecot-2.3.19.1', 'dovecot-2.4.4', 'cyrus-3.6.1'] as const

/** The answers of that server, by the name of the message's file. */
export function recordedAnswers(server: (typeof referenceServers)[number]): ReadonlyMap<string, RecordedAnswer> {
  const path = join(suitesFolder() as string, 'mime-reference', `${server}.json`)
  const { messages } = JSON.parse(readFileSync(path, 'utf8')) as { messages: Record<string, RecordedAnswer> }
  return new Map(Object.entries(messages))
}

/** A message as a client would upload it: without an mbox `From ` line, every line end CRLF. */
export function corpusMessage(name: string): Uint8Array {
  let bytes = readFileSync(join(suitesFolder() as string, name))
  if (bytes.toString('latin1', 0, 5) === 'From ') bytes = bytes.subarray(bytes.indexOf(10) + 1)
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
}
