import type { Command } from './command.ts'
import { forgetting, idle, leave, object, outcomeOf } from './moves.ts'
import { replies } from './reply.ts'
import { envelopeOf, type Move, type SmtpInput, type SmtpRules, type SmtpState } from './session.ts'
import { answered, beginChunk, beginData, contentEnded } from './step-content.ts'
import { addRecipient, beginEnvelope, judged } from './step-envelope.ts'
import { beginLogin, loginAnswered, readResponse } from './step-login.ts'

/** One move of the server: what it was and heard; what it becomes and does. RFC 5321 §4.1.4. */
export function step(state: SmtpState, input: SmtpInput, rules: SmtpRules): Move {
  switch (input.kind) {
    case 'command':
      return takeCommand(state, input.command, input.more, rules)
    case 'verdict':
      return judged(state, input.verdict, rules)
    case 'content':
      return contentEnded(state, input.flaw, rules)
    case 'answers':
      return answered(state, input.verdicts, input.queued, rules)
    case 'response':
      return readResponse(state, input.line, rules)
    case 'login':
      return loginAnswered(state, input.outcome, rules)
    case 'secured':
      // RFC 3207 §4.2: nothing that was said before counts, not even the hello.
      return [
        {
          phase: 'fresh',
          standing: { ...state.standing, tls: true, hello: undefined, esmtp: false, login: undefined },
        },
        [],
      ]
    case 'line-too-long':
      return leave(state, state.phase === 'sasl' ? replies.authTooLong : replies.lineTooLong)
    case 'late':
      return leave(state, replies.timeout)
    case 'closing':
      return isBusy(state) ? [state, []] : leave(state, replies.closing)
    case 'early-talk':
      return leave(state, replies.improperPipelining)
  }
}

/** Is a letter on its way, or an answer? */
const isBusy = (state: SmtpState): boolean =>
  state.phase !== 'fresh' && state.phase !== 'ready' && state.phase !== 'sasl' && state.phase !== 'broken'

/** RFC 2920 §3.1: these end a group; what follows them was sent without knowing their answer. */
const endsGroup = (verb: Command['verb']): boolean =>
  verb === 'EHLO' || verb === 'HELO' || verb === 'DATA' || verb === 'STARTTLS'

function takeCommand(state: SmtpState, command: Command, more: boolean, rules: SmtpRules): Move {
  const { verb } = command
  if (more && rules.door === 'mx' && endsGroup(verb)) return leave(state, replies.improperPipelining)
  if (mustStartTls(state, rules) && !saysInClear(verb)) {
    return object(state, rules, verb === 'AUTH' ? replies.tlsForAuth : replies.tlsFirst)
  }
  switch (command.verb) {
    case 'HELO':
    case 'EHLO':
    case 'LHLO':
      return greet(state, command.verb, command.name, rules)
    case 'MAIL':
      return beginEnvelope(state, command, rules)
    case 'RCPT':
      return addRecipient(state, command, rules)
    case 'DATA':
      return beginData(state, rules)
    case 'BDAT':
      return beginChunk(state, command.size, command.last, rules)
    case 'RSET':
      return reset(state, rules)
    case 'NOOP':
      return idle(state, rules, replies.ok)
    case 'HELP':
      return idle(state, rules, replies.help)
    case 'VRFY':
      return idle(state, rules, replies.verify)
    case 'EXPN':
      return object(state, rules, replies.notImplemented)
    case 'AUTH':
      return beginLogin(state, command, rules)
    case 'STARTTLS':
      return beginTls(state, more, rules)
    case 'QUIT':
      return leave(state, replies.goodbye)
    case 'alien':
      return leave(state, replies.alien)
    case 'bad':
      return command.fatal === true ? leave(state, command.reply) : object(state, rules, command.reply)
  }
}

/** RFC 3207 §4: a server that must have TLS says so to everything else. */
const mustStartTls = (state: SmtpState, rules: SmtpRules): boolean =>
  rules.door === 'submission' && !state.standing.tls && !rules.allowPlaintextAuth

const saysInClear = (verb: Command['verb']): boolean =>
  verb === 'EHLO' ||
  verb === 'HELO' ||
  verb === 'STARTTLS' ||
  verb === 'NOOP' ||
  verb === 'QUIT' ||
  verb === 'alien' ||
  verb === 'bad'

function greet(state: SmtpState, verb: 'HELO' | 'EHLO' | 'LHLO', name: string, rules: SmtpRules): Move {
  // RFC 2033 §4.1: LHLO is LMTP's, and LMTP has no other.
  if ((verb === 'LHLO') !== (rules.door === 'lmtp')) return object(state, rules, replies.unknown)
  const esmtp = verb !== 'HELO'
  const next: SmtpState = { phase: 'ready', standing: { ...state.standing, hello: name, esmtp } }
  const reply = esmtp ? encodeHello(next, rules) : `250 ${rules.hostname}\r\n`
  return forgetting(state, outcomeOf(replies.ok), idle(next, rules, reply))
}

/** RFC 5321 §4.1.1.1. */
function encodeHello({ standing }: SmtpState, rules: SmtpRules): string {
  const mayLogIn = rules.door === 'submission' && (standing.tls || rules.allowPlaintextAuth)
  return (
    `250-${rules.hostname}\r\n250-PIPELINING\r\n` +
    `250-SIZE${rules.maxMessageBytes > 0 ? ` ${rules.maxMessageBytes}` : ''}\r\n` +
    (rules.offersTls && !standing.tls ? '250-STARTTLS\r\n' : '') +
    (mayLogIn ? '250-AUTH PLAIN LOGIN\r\n' : '') +
    '250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n'
  )
}

function reset(state: SmtpState, rules: SmtpRules): Move {
  const phase = state.standing.hello === undefined ? 'fresh' : 'ready'
  return forgetting(state, outcomeOf(replies.ok), idle({ phase, standing: state.standing }, rules, replies.ok))
}

function beginTls(state: SmtpState, more: boolean, rules: SmtpRules): Move {
  if (!rules.offersTls) return object(state, rules, replies.notImplemented)
  if (state.standing.tls) return object(state, rules, replies.tlsActive)
  // What came in clear behind STARTTLS may be somebody else's words (CVE-2011-0411).
  if (more) return leave(state, replies.improperPipelining)
  const effects: Move = [
    { phase: 'starting-tls', standing: state.standing },
    [{ do: 'reply', reply: replies.startTls }, { do: 'start-tls' }],
  ]
  return envelopeOf(state) === undefined ? effects : forgetting(state, outcomeOf(replies.startTls), effects)
}
