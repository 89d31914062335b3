import type { ImapClient } from './imap-client.ts'
import type { Numbers, Seen } from './ledger.ts'

/** All messages of the selected mailbox with a UID above the given one. */
export async function readMailbox(client: ImapClient, mailbox: string, aboveUid = 0): Promise<Seen[]> {
  if ((await client.select(mailbox)) === 0) return []
  const answer = await client.ask(`UID FETCH ${aboveUid + 1}:* (UID BODY.PEEK[])`)
  // `n:*` always has the last message, also when its UID is smaller: RFC 9051 §9, seq-range.
  return parseFetched(answer).filter(message => message.uid > aboveUid)
}

/** What a mailbox says of itself, RFC 9051 §6.3.11. */
export async function readNumbers(client: ImapClient, mailbox: string): Promise<Numbers> {
  const answer = (await client.ask(`STATUS ${mailbox} (UIDVALIDITY UIDNEXT)`)).toString('latin1')
  const numberOf = (name: string): number => {
    const digits = new RegExp(`\\b${name} (\\d+)`, 'i').exec(answer)?.[1]
    if (digits === undefined) throw new Error(`STATUS says no ${name}: ${answer}`)
    return Number(digits)
  }
  return {
    uidValidity: numberOf('UIDVALIDITY'),
    uidNext: numberOf('UIDNEXT'),
  }
}

/** The literals of a FETCH answer with their UIDs, in whichever order the two stand. */
export function parseFetched(answer: Buffer): Seen[] {
  const messages: Seen[] = []
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\r\n', at)
    if (end < 0) break
    const line = answer.toString('latin1', at, end)
    at = end + 2
    const size = /^\* \d+ FETCH .*\{(\d+)\}$/i.exec(line)?.[1]
    if (size === undefined) continue
    const content = answer.subarray(at, at + Number(size))
    at += Number(size)
    const rest = answer.indexOf('\r\n', at)
    const uid = /\bUID (\d+)/i.exec(line + answer.toString('latin1', at, rest))?.[1]
    messages.push({ uid: Number(uid), content })
    at = rest + 2
  }
  return messages
}
