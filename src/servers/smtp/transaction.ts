import { type ArrivingMail, entryName, type Peer, refuse, type Verdict } from '#mail/intake'
import type { Decided } from '#mail/queue'
import type { Connection } from '#servers/listener'
import type { SmtpEnvelope, SmtpState } from '#standards/smtp'
import type { DoorWay } from './door-way.ts'
import { type ContentLimits, Reception } from './receive-content.ts'

export interface Answers {
  readonly verdicts: readonly Verdict[]
  readonly queued?: string
}

/** A record of what came to nothing tells so many refusals, and so many recipients, at most. */
const mostTold = 100

const later: Verdict = refuse(451, '4.3.0', 'Try again later', 'failure')

export function describePeer(
  door: Peer['door'],
  { remoteAddress: address, tls }: Pick<Connection, 'remoteAddress' | 'tls'>,
  { standing: { hello = '', esmtp } }: SmtpState,
  user: Peer['user'],
): Peer {
  const known = { door, address, helo: hello, esmtp }
  if (tls === undefined && user === undefined) return known
  return { ...known, ...(tls === undefined ? {} : { tls }), ...(user === undefined ? {} : { user }) }
}

/** From MAIL to the end of data: who sends, what was refused, and the content as it comes. */
export class Transaction {
  readonly peer: Peer
  reception: Reception | undefined
  readonly #way: DoorWay
  readonly #decided: Decided[] = []

  constructor(way: DoorWay, peer: Peer) {
    this.#way = way
    this.peer = peer
  }

  receive(limits: ContentLimits, how: 'DATA' | 'BDAT'): void {
    this.reception ??= new Reception(this.#way.contents, limits, how)
  }

  judgeSender(sender: string, size: number | undefined): Promise<Verdict> {
    return this.#way.intake.judgeSender(this.peer, sender, size)
  }

  judgeRecipient(sender: string, recipient: string): Promise<Verdict> {
    return this.#way.intake.judgeRecipient(this.peer, sender, recipient)
  }

  /** Keeps a refusal for the record. A port that broke is no verdict: the client may come again. */
  decided(about: string, verdict: Verdict | undefined): Verdict {
    if (verdict === undefined) return later
    if (verdict.judge === 'refuse' && this.#decided.length < mostTold) {
      const { rule, code, enhanced, text } = verdict
      this.#decided.push({ rule, about, verdict: `${code} ${enhanced} ${text}` })
    }
    return verdict
  }

  /** It ends without a letter. */
  forget(envelope: SmtpEnvelope, outcome: string): void {
    const { flaw, problem } = this.reception ?? {}
    this.reception?.discard()
    this.reception = undefined
    if (flaw === 'not-kept') {
      this.#way.log('error', 'content-not-kept', { peer: this.peer.address, reason: String(problem) })
    }
    if (envelope.recipients.length === 0 && this.#decided.length === 0) return
    const recipients = envelope.recipients.slice(0, mostTold)
    this.#way.intake.recordRefused(this.peer, envelope.sender, recipients, this.#decided, outcome)
  }

  /** It ends with a letter, and everyone's answer to it. */
  async accept(envelope: SmtpEnvelope): Promise<Answers> {
    const reception = this.reception
    if (reception === undefined) throw new Error('a letter without a content')
    const { sender, recipients, smtpUtf8, eightBit } = envelope
    const mail: ArrivingMail = {
      peer: this.peer,
      envelope: { sender, recipients, smtpUtf8, eightBit },
      draft: reception.handOver(),
      decided: this.#decided,
    }
    this.reception = undefined
    if (this.peer.door === 'lmtp') return { verdicts: await this.#way.intake.deliverNow(mail) }
    const answer = await this.#way.intake.accept(mail)
    return answer.accepted
      ? { verdicts: [{ judge: 'pass' }], queued: entryName(answer.entry) }
      : { verdicts: [answer.verdict] }
  }
}
