import type { Decided } from '#mail/queue'
import type { Acceptance, ArrivingMail, Peer, Verdict } from './arriving-mail.ts'

/** What the doors of SMTP and LMTP ask the post office. Every answer is a verdict; nothing throws but bugs. */
export interface Intake {
  /** MAIL: may this sender write from here? `size` as announced by SIZE=, or undefined. */
  judgeSender(peer: Peer, sender: string, size: number | undefined): Promise<Verdict>
  /** RCPT: does the address exist, or may this peer relay to it? */
  judgeRecipient(peer: Peer, sender: string, recipient: string): Promise<Verdict>
  /** End of data on 25, 465, 587. The letter is on disk when this resolves with an entry. The draft is used up. */
  accept(mail: ArrivingMail): Promise<Acceptance>
  /** End of data on LMTP: a verdict for each recipient, in order (RFC 2033 §4.2); a pass means delivered. The draft is used up. */
  deliverNow(mail: ArrivingMail): Promise<readonly Verdict[]>
  /** A transaction that ended without `accept`: every recipient refused, RSET, or a lost connection. */
  recordRefused(
    peer: Peer,
    sender: string,
    recipients: readonly string[],
    decided: readonly Decided[],
    outcome: string,
  ): void
}
