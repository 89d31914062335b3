import { equalIgnoringCase, find, LF, latin1Text } from '#base/bytes'
import { type ArrivingMail, pass, refuse, type Verdict } from './arriving-mail.ts'

/** One rule about a whole letter. Adding one is writing it and naming it in a list. */
export type Stage = (mail: ArrivingMail) => Verdict | Promise<Verdict>

/** The first refusal ends the walk. */
export async function walk(stages: readonly Stage[], mail: ArrivingMail): Promise<Verdict> {
  for (const stage of stages) {
    const verdict = stage(mail)
    const settled = verdict instanceof Promise ? await verdict : verdict
    if (settled.judge === 'refuse') return settled
  }
  return pass
}

/** `mail/messagesizelimit`; 0 lets everything in. */
export const limitSize =
  (maxBytes: () => number): Stage =>
  mail => {
    const limit = maxBytes()
    return limit === 0 || mail.draft.size <= limit ? pass : refuse(552, '5.3.4', 'Message too big', 'size')
  }

/** RFC 5321 §6.3: a letter that has seen this many servers is going round in circles. */
export const refuseLoops =
  (maxHops: number): Stage =>
  mail =>
    countReceived(mail.draft.head) <= maxHops ? pass : refuse(554, '5.4.6', 'Too many hops: mail loop', 'loop')

const received = 'Received:'

/** How many Received lines the header has, without parsing it. */
export function countReceived(head: Uint8Array): number {
  let count = 0
  let line = 0
  while (line < head.length) {
    const first = head[line]
    // An empty line ends the header.
    if (first === 13 || first === LF) break
    if ((first === 82 || first === 114) && equalIgnoringCase(latin1Text(head, line, line + received.length), received))
      count++
    const end = find(head, LF, line)
    if (end < 0) break
    line = end + 1
  }
  return count
}
