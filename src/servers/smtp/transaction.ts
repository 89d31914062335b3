import type { Log } from '#base/log'
import { type ArrivingMail, entryName, type Intake, type Peer, refuse, type Verdict } from '#mail/intake'
import type { Decided } from '#mail/queue'
import type { ContentStore } from '#mail/store'
import type { SmtpEnvelope } from '#standards/smtp'
import { type ContentLimits, Reception } from './receive-content.ts'

export interface TransactionNeeds {
  readonly intake: Intake
  readonly contents: ContentStore
  readonly log: Log
}

export interface Answers {
  readonly verdicts: readonly Verdict[]
  readonly queued?: string
}

/** A record tells so many refusals at most. */
const maxDecided = 100

const later: Verdict = refuse(451, '4.3.0', 'Try again later', 'failure')

/** From MAIL to the end of data: who sends, what was refused, and the content as it comes. */
export class Transaction {
  readonly peer: Peer
  reception: Reception | undefined
  readonly #needs: TransactionNeeds
  readonly #decided: Decided[] = []

  constructor(needs: TransactionNeeds, peer: Peer) {
    this.#needs = needs
    this.peer = peer
  }

  receive(limits: ContentLimits, how: 'DATA' | 'BDAT'): void {
    this.reception ??= new Reception(this.#needs.contents, limits, how)
  }

  judgeSender(sender: string, size: number | undefined): Promise<Verdict> {
    return this.#needs.intake.judgeSender(this.peer, sender, size)
  }

  judgeRecipient(sender: string, recipient: string): Promise<Verdict> {
    return this.#needs.intake.judgeRecipient(this.peer, sender, recipient)
  }

  /** Keeps a refusal for the record. A port that broke is no verdict: the client may come again. */
  decided(about: string, verdict: Verdict | undefined): Verdict {
    if (verdict === undefined) return later
    if (verdict.judge === 'refuse' && this.#decided.length < maxDecided) {
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
      this.#needs.log('error', 'content-not-kept', { peer: this.peer.address, reason: String(problem) })
    }
    if (envelope.recipients.length === 0 && this.#decided.length === 0) return
    this.#needs.intake.recordRefused(this.peer, envelope.sender, envelope.recipients, this.#decided, outcome)
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
    if (this.peer.door === 'lmtp') return { verdicts: await this.#needs.intake.deliverNow(mail) }
    const answer = await this.#needs.intake.accept(mail)
    return answer.accepted
      ? { verdicts: [{ judge: 'pass' }], queued: entryName(answer.entry) }
      : { verdicts: [answer.verdict] }
  }
}
