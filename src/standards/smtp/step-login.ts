import { latin1Text, noBytes } from '#base/bytes'
import {
  beginSasl,
  continueSasl,
  decodeResponse,
  encodeChallenge,
  isSaslMechanism,
  type SaslTurn,
} from '#standards/sasl'
import type { Command } from './command.ts'
import { object, say } from './moves.ts'
import { replies } from './reply.ts'
import type { LoginOutcome, Move, SmtpRules, SmtpState } from './session.ts'

/** AUTH, RFC 4954 §4. Whether TLS stands was asked before. */
export function beginLogin(state: SmtpState, command: Extract<Command, { verb: 'AUTH' }>, rules: SmtpRules): Move {
  if (rules.door !== 'submission') return object(state, rules, replies.notImplemented)
  if (state.standing.login !== undefined) return object(state, rules, replies.loginTwice)
  if (state.phase === 'fresh') return object(state, rules, replies.helloFirst)
  if (state.phase !== 'ready') return object(state, rules, replies.badSequence)
  if (!isSaslMechanism(command.mechanism)) return object(state, rules, replies.unknownMechanism)
  const initial = command.initial === undefined ? undefined : decodeResponse(command.initial)
  if (command.initial !== undefined && initial === undefined) return object(state, rules, replies.badResponse)
  return turn(state, beginSasl(command.mechanism, initial), rules)
}

/** A line that answers a challenge. */
export function readResponse(state: SmtpState, line: Uint8Array, rules: SmtpRules): Move {
  if (state.phase !== 'sasl') return object(state, rules, replies.badSequence)
  const ready: SmtpState = { phase: 'ready', standing: state.standing }
  const text = latin1Text(line)
  if (text === '*') return object(ready, rules, replies.cancelled)
  const response = text === '' ? noBytes : decodeResponse(text)
  if (response === undefined) return object(ready, rules, replies.badResponse)
  return turn(ready, continueSasl(state.sasl, response), rules)
}

function turn(ready: SmtpState, sasl: SaslTurn, rules: SmtpRules): Move {
  const { standing } = ready
  switch (sasl.turn) {
    case 'challenge':
      return say({ phase: 'sasl', standing, sasl: sasl.state }, `334 ${encodeChallenge(sasl.challenge)}\r\n`)
    case 'credentials':
      return [
        { phase: 'authenticating', standing, login: sasl.login },
        [{ do: 'authenticate', login: sasl.login, password: sasl.password }],
      ]
    case 'failed':
      return object(ready, rules, sasl.failure === 'syntax' ? replies.badResponse : replies.wrongCredentials)
  }
}

export function loginAnswered(state: SmtpState, outcome: LoginOutcome, rules: SmtpRules): Move {
  if (state.phase !== 'authenticating') throw new Error(`nobody asked about a login in phase ${state.phase}`)
  const { standing, login } = state
  const ready: SmtpState = { phase: 'ready', standing }
  switch (outcome) {
    case 'welcome':
      return say({ phase: 'ready', standing: { ...standing, login } }, replies.authenticated)
    case 'wrong-credentials':
      return object(ready, rules, replies.wrongCredentials)
    case 'later':
      return object(ready, rules, replies.loginLater)
  }
}
