import { encodeReply, replies } from './reply.ts'
import { envelopeOf, type Move, type SmtpEffect, type SmtpRules, type SmtpState, type SmtpVerdict } from './session.ts'

const hangUp: SmtpEffect = { do: 'hang-up', agreed: false }
const part: SmtpEffect = { do: 'hang-up', agreed: true }

/** The fixed replies as effects, made once. */
const said = new Map<string, readonly [SmtpEffect]>()

const saying = (reply: string): readonly [SmtpEffect] => {
  const known = said.get(reply)
  if (known !== undefined) return known
  const effects: readonly [SmtpEffect] = [{ do: 'reply', reply }]
  if (fixed.has(reply)) said.set(reply, effects)
  return effects
}
const fixed: ReadonlySet<string> = new Set(Object.values(replies))

export const say = (state: SmtpState, reply: string): Move => [state, saying(reply)]

/** A last reply. What was begun is forgotten. */
export function leave(state: SmtpState, reply: string): Move {
  const effects: SmtpEffect[] = [{ do: 'reply', reply }]
  const envelope = envelopeOf(state)
  if (envelope !== undefined) effects.push({ do: 'forget', envelope, outcome: outcomeOf(reply) })
  effects.push(reply === replies.goodbye ? part : hangUp)
  return [{ phase: 'over', standing: state.standing }, effects]
}

/** A reply that says the client did wrong; too many of them, and the dialogue is over. */
export function object(state: SmtpState, rules: SmtpRules, reply: string): Move {
  const { standing } = state
  if (standing.errors + 1 >= rules.maxErrors) {
    const [over, effects] = leave(state, replies.tooManyErrors)
    return [over, [{ do: 'reply', reply }, ...effects]]
  }
  return say({ ...state, standing: { ...standing, errors: standing.errors + 1 } }, reply)
}

/** A command that is right but brings no letter nearer. */
export function idle(state: SmtpState, rules: SmtpRules, reply: string): Move {
  const { standing } = state
  if (standing.idleCommands >= rules.maxIdleCommands) return leave(state, replies.tooManyCommands)
  return say({ ...state, standing: { ...standing, idleCommands: standing.idleCommands + 1 } }, reply)
}

/** Puts the end of a running transaction before what a move does. */
export function forgetting(state: SmtpState, outcome: string, [next, effects]: Move): Move {
  const envelope = envelopeOf(state)
  return envelope === undefined ? [next, effects] : [next, [{ do: 'forget', envelope, outcome }, ...effects]]
}

/** A reply without its CRLF, for the records. */
export const outcomeOf = (reply: string): string => reply.trimEnd()

export const verdictReply = (verdict: Extract<SmtpVerdict, { judge: 'refuse' }>): string =>
  encodeReply(verdict.code, verdict.enhanced, verdict.text)
