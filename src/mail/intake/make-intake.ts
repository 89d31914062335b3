import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Deliver, Letter } from '#mail/deliver'
import type { Decided, DecisionRecord, Dispatch, EntryId, MailQueue, QueueFailure } from '#mail/queue'
import type { Route } from '#mail/route'
import type { ContentStore, StoreFailure } from '#mail/store'
import { type Acceptance, type ArrivingMail, type Peer, pass, refuse, type Verdict } from './arriving-mail.ts'
import type { Intake } from './intake.ts'
import { full, type JudgeNeeds, judgeRecipient, judgeSender } from './judge.ts'
import { type Stage, walk } from './stage.ts'
import { traceLines } from './trace.ts'

export interface IntakeNeeds extends JudgeNeeds {
  readonly queue: MailQueue
  readonly contents: ContentStore
  readonly dispatch: Dispatch
  readonly deliver: Deliver
  readonly route: Route
  readonly stages: readonly Stage[]
  readonly hostname: () => string
  readonly clock: Clock
  readonly log: Log
}

type Refusal = Extract<Verdict, { judge: 'refuse' }>

const noSpace = refuse(452, '4.3.1', 'Insufficient system storage', 'space') as Refusal
const later = (rule: string): Refusal => refuse(451, '4.3.0', 'Try again later', rule) as Refusal
/** Nothing that fails here is the letter's fault, so every refusal is for a while. */
const refusalFor = (failure: StoreFailure | QueueFailure): Refusal =>
  failure === 'no-space' ? noSpace : failure === 'over-quota' ? (full as Refusal) : later(failure)

/** How an entry is named to the outside: short, and the same in replies, headers and logs. */
export const entryName = (id: EntryId): string => id.toString(36).toUpperCase().padStart(6, '0')

/** The one door of the house. */
export function makeIntake(needs: IntakeNeeds): Intake {
  const record = (
    peer: Peer,
    sender: string,
    recipients: readonly string[],
    size: number,
    decided: readonly Decided[],
    outcome: string,
  ): DecisionRecord => ({
    at: needs.clock(),
    door: peer.door,
    peer: {
      address: peer.address,
      helo: peer.helo,
      ...(peer.tls === undefined ? {} : { tls: peer.tls }),
      ...(peer.user === undefined ? {} : { user: peer.user.username }),
    },
    sender,
    recipients,
    size,
    decided,
    outcome,
  })

  const recordOf = (mail: ArrivingMail, decided: readonly Decided[], outcome: string): DecisionRecord =>
    record(mail.peer, mail.envelope.sender, mail.envelope.recipients, mail.draft.size, decided, outcome)

  const broken = (event: string, error: unknown): void =>
    needs.log('error', event, { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })

  /** What the stages refuse, or undefined. A stage that broke has not judged: the letter may come again. */
  const refusal = async (mail: ArrivingMail): Promise<Refusal | undefined> => {
    let verdict: Verdict
    try {
      verdict = await walk(needs.stages, mail)
    } catch (error) {
      broken('stage-broken', error)
      verdict = later('stage')
    }
    if (verdict.judge === 'pass') return undefined
    needs.queue.recordDecision(recordOf(mail, mail.decided, replyOf(verdict)))
    mail.draft.discard()
    return verdict
  }

  const accept = async (mail: ArrivingMail): Promise<Acceptance> => {
    const refused = await refusal(mail)
    if (refused !== undefined) return { accepted: false, verdict: refused }
    const received = needs.clock()
    const committing = needs.queue.commit({
      received,
      envelope: mail.envelope,
      draft: mail.draft,
      prefix: id => traceLines(mail.peer, mail.envelope, needs.hostname(), entryName(id), received),
      decision: recordOf(mail, mail.decided, '250 accepted'),
    })
    needs.dispatch.expect(committing)
    const committed = await committing
    if (!committed.ok) {
      needs.log('warning', 'letter-refused', { reason: committed.failure, peer: mail.peer.address })
      return { accepted: false, verdict: refusalFor(committed.failure) }
    }
    return { accepted: true, entry: committed.value.id }
  }

  /** One recipient's trouble is not the others': who was delivered is never told to send again. */
  const deliverTo = async (address: string, letter: Omit<Letter, 'key'>): Promise<Verdict> => {
    try {
      const destination = await needs.route(address)
      if (destination.to !== 'mailbox') return refuse(550, '5.1.1', 'No such user here', 'recipient-exists')
      // Whoever is named twice, by whichever address, gets one letter.
      const delivered = await Promise.all(
        destination.users.map(user =>
          needs.deliver({ ...letter, key: `lmtp/${letter.content.ref}/${user.account}` }, user),
        ),
      )
      const failed = delivered.find(each => !each.ok)
      return failed && !failed.ok ? refusalFor(failed.failure) : pass
    } catch (error) {
      broken('delivery-broken', error)
      return later('delivery')
    }
  }

  /** LMTP has no queue: the content is kept, then each box gets it, and each recipient its own answer. */
  const deliverNow = async (mail: ArrivingMail): Promise<readonly Verdict[]> => {
    const recipients = mail.envelope.recipients
    const all = (verdict: Verdict): readonly Verdict[] => recipients.map(() => verdict)
    const refused = await refusal(mail)
    if (refused !== undefined) return all(refused)
    const received = needs.clock()
    const size = mail.draft.size
    const prefix = traceLines(mail.peer, mail.envelope, needs.hostname(), undefined, received).bytes
    const kept = await needs.contents.keep(mail.draft, prefix)
    if (!kept.ok) return all(refusalFor(kept.failure))
    const verdicts = await Promise.all(recipients.map(address => deliverTo(address, { content: kept.value, received })))
    const decided = verdicts.map((each, i) => ({
      rule: 'delivery',
      about: recipients[i] as string,
      verdict: replyOf(each),
    }))
    needs.queue.recordDecision(
      record(mail.peer, mail.envelope.sender, recipients, size, [...mail.decided, ...decided], 'delivered one by one'),
    )
    return verdicts
  }

  return {
    judgeSender: async (peer, sender, size) => judgeSender(needs, peer, sender, size),
    judgeRecipient: (peer, _sender, recipient) => judgeRecipient(needs, peer, recipient),
    accept,
    deliverNow,
    recordRefused: (peer, sender, recipients, decided, outcome) =>
      needs.queue.recordDecision(record(peer, sender, recipients, 0, decided, outcome)),
  }
}

const replyOf = (verdict: Verdict): string =>
  verdict.judge === 'pass' ? '250' : `${verdict.code} ${verdict.enhanced} ${verdict.text}`
