import type { Command } from './command.ts'
import { forgetting, leave, object, outcomeOf, say, verdictReply } from './moves.ts'
import { replies } from './reply.ts'
import type { Move, SmtpRules, SmtpState, SmtpVerdict } from './session.ts'

/** Times the limit: a list that goes on beyond that is sent by a program that does not listen. */
const mostOverflow = 10

/** MAIL, RFC 5321 §4.1.1.2. */
export function beginEnvelope(state: SmtpState, mail: Extract<Command, { verb: 'MAIL' }>, rules: SmtpRules): Move {
  const { standing } = state
  if (state.phase === 'fresh') return object(state, rules, replies.helloFirst)
  if (state.phase === 'envelope') return object(state, rules, replies.nestedMail)
  if (state.phase !== 'ready') return object(state, rules, replies.badSequence)
  if (rules.door === 'submission' && standing.login === undefined) return object(state, rules, replies.loginFirst)
  // RFC 6531 §3.5.
  if (mail.needsUtf8 && !mail.smtpUtf8) return object(state, rules, replies.notUtf8)
  // RFC 1870 §6.1: what will not fit need not be sent.
  if (mail.size !== undefined && rules.maxMessageBytes > 0 && mail.size > rules.maxMessageBytes) {
    return object(state, rules, replies.tooBig)
  }
  const { sender, size, smtpUtf8, eightBit } = mail
  return [
    {
      phase: 'judging-sender',
      standing,
      envelope: { sender, recipients: [], smtpUtf8, eightBit, refused: false, overflow: 0 },
    },
    [{ do: 'judge-sender', sender, size }],
  ]
}

/** RCPT, RFC 5321 §4.1.1.3. */
export function addRecipient(state: SmtpState, rcpt: Extract<Command, { verb: 'RCPT' }>, rules: SmtpRules): Move {
  if (state.phase === 'fresh') return object(state, rules, replies.helloFirst)
  if (state.phase === 'ready') return object(state, rules, replies.mailFirst)
  if (state.phase !== 'envelope' || state.chunks > 0) return object(state, rules, replies.badSequence)
  const { standing, envelope } = state
  if (rcpt.needsUtf8 && !envelope.smtpUtf8) return object(refusing(state), rules, replies.notUtf8)
  // No error of the client's: the rest goes into the next transaction, RFC 5321 §4.5.3.1.10. But not for ever.
  if (envelope.recipients.length >= rules.maxRecipients) {
    const overflow = envelope.overflow + 1
    if (overflow > mostOverflow * rules.maxRecipients) return leave(state, replies.tooManyCommands)
    return say({ ...state, envelope: { ...envelope, overflow } }, replies.tooManyRecipients)
  }
  return [
    { phase: 'judging-recipient', standing, envelope, recipient: rcpt.recipient },
    [{ do: 'judge-recipient', sender: envelope.sender, recipient: rcpt.recipient }],
  ]
}

const refusing = (state: Extract<SmtpState, { phase: 'envelope' }>): SmtpState =>
  state.envelope.refused ? state : { ...state, envelope: { ...state.envelope, refused: true } }

/** What the post office thinks of a sender or a recipient. */
export function judged(state: SmtpState, verdict: SmtpVerdict, rules: SmtpRules): Move {
  const { standing } = state
  if (state.phase === 'judging-sender') {
    if (verdict.judge === 'pass') {
      return say({ phase: 'envelope', standing, envelope: state.envelope, chunks: 0 }, replies.senderOk)
    }
    const reply = verdictReply(verdict)
    return forgetting(state, outcomeOf(reply), object({ phase: 'ready', standing }, rules, reply))
  }
  if (state.phase !== 'judging-recipient') throw new Error(`nobody asked for a verdict in phase ${state.phase}`)
  const { envelope } = state
  const back: SmtpState = { phase: 'envelope', standing, envelope, chunks: 0 }
  if (verdict.judge === 'refuse') {
    const reply = verdictReply(verdict)
    // Behind LMTP stands a server with a queue, which names whom its users wrote to: nobody guesses here.
    return rules.door === 'lmtp' ? say(refusing(back), reply) : object(refusing(back), rules, reply)
  }
  const recipients = [...envelope.recipients, state.recipient]
  return say({ ...back, envelope: { ...envelope, recipients } }, replies.recipientOk)
}
