import type { StoreFailure } from '#mail/store'
import type { CommandFailure, ImapResponse, ResponseCode, StatusResponse } from '#standards/imap'
import { imapWords } from './words.ts'

/** What a handler yields: a typed response, or bytes that are ready for the wire. */
export type Answer = ImapResponse | Uint8Array
export type Answers = AsyncGenerator<Answer, void, void>

type Status = StatusResponse['status']

const status = (tag: string | undefined, word: Status, text: string, code?: ResponseCode): StatusResponse => ({
  kind: 'status',
  status: word,
  text,
  ...(tag !== undefined && { tag }),
  ...(code !== undefined && { code }),
})

export const completed = (tag: string, text: string, code?: ResponseCode): StatusResponse =>
  status(tag, 'OK', text, code)
export const refused = (tag: string, text: string, code?: ResponseCode): StatusResponse => status(tag, 'NO', text, code)
export const bad = (tag: string | undefined, text: string): StatusResponse => status(tag, 'BAD', text)
export const note = (text: string, code?: ResponseCode): StatusResponse => status(undefined, 'OK', text, code)
/** The connection ends behind it. */
export const bye = (text: string, code?: ResponseCode): StatusResponse => status(undefined, 'BYE', text, code)

/** A failure of the store in IMAP's words. With a closed store nothing more can come: BYE. */
export function failed(tag: string, failure: StoreFailure): StatusResponse {
  const words = imapWords[failure]
  return failure === 'store-closed' ? bye(words.text, words.code) : refused(tag, words.text, words.code)
}

/** The same for a mailbox that mail should go to: the client may create it and try again. RFC 3501 §6.3.11, §6.4.7. */
export const failedTarget = (tag: string, failure: StoreFailure): StatusResponse =>
  failure === 'no-such-mailbox' ? refused(tag, imapWords[failure].text, 'TRYCREATE') : failed(tag, failure)

/** Those of SEARCH. */
const charsets = ['US-ASCII', 'UTF-8']

/** What is wrong with a command. RFC 3501 §7.1: BADCHARSET lists the charsets that would have been right. */
export function answerTo({ tag, status: word, code, text }: CommandFailure): StatusResponse {
  return status(tag === '*' ? undefined : tag, word, text, code === 'BADCHARSET' ? { code, charsets } : code)
}
