import { latin1 } from '#base/bytes'
import { type MessageSummary, summarizeMessage } from '#standards/imap'
import { usualMessageLimits } from '#standards/message'

/** What the server puts before a letter that it has received. */
export const trace = latin1('Return-Path: <>\r\n')

/** Odd letters come through the queue and have a trace line before them; even ones are put into the store as they are. */
const isQueued = (letter: number): boolean => letter % 2 === 1

export function bareLetter(letter: number): Uint8Array {
  const line = `${letter} ${((letter * 2654435761) >>> 0).toString(36).repeat(1 + (letter % 5))}\r\n`
  const head = `From: a${letter % 7}@sim.example\r\nSubject: ${letter}\r\nMessage-ID: <${letter}@sim.example>\r\n\r\n`
  return latin1(head + line.repeat(1 + ((letter * 7) % 23)))
}

/** As it stands in the store. */
export function storedLetter(letter: number): Uint8Array {
  return isQueued(letter) ? Buffer.concat([trace, bareLetter(letter)]) : bareLetter(letter)
}

export const summaryOf = (letter: number): MessageSummary =>
  summarizeMessage(storedLetter(letter), usualMessageLimits, new Set(), 0)

/** Which letter these bytes are, if they are one of ours and unchanged; else -1. */
export function recognise(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 120)).toString('latin1')
  const letter = Number(/^Subject: (\d+)\r$/m.exec(text)?.[1] ?? -1)
  return letter >= 0 && Buffer.from(storedLetter(letter)).equals(bytes) ? letter : -1
}
