/** Return-Path and one Received before what was sent, RFC 5321 §4.4: the rest is the letter. */
const trace = /^Return-Path: <[^\r\n]*>\r\nReceived: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/

/** What is stored, without the lines that our server puts before a letter it has received; one byte a character. */
export function behindTrace(stored: string): string {
  const own = trace.exec(stored)?.[0]
  if (own === undefined) throw new Error(`no Return-Path and Received in front: ${stored.slice(0, 200)}`)
  return stored.slice(own.length)
}

export const hasTrace = (stored: string): boolean => trace.test(stored)
