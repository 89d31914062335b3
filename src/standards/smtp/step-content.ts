import { forgetting, object, outcomeOf, say, verdictReply } from './moves.ts'
import { encodeReply, replies } from './reply.ts'
import type { ContentFlaw, Move, SmtpEnvelope, SmtpRules, SmtpState, SmtpVerdict } from './session.ts'

/** Why no content can come now, or undefined. */
function obstacle(state: SmtpState, rules: SmtpRules): string | undefined {
  if (state.phase === 'fresh') return replies.helloFirst
  if (state.phase === 'ready') return replies.mailFirst
  if (state.phase !== 'envelope') return replies.badSequence
  if (state.envelope.recipients.length > 0) return undefined
  // RFC 2033 §4.2 wants 503; RFC 5321 §3.3 allows 554 where every recipient was refused.
  return state.envelope.refused && rules.door !== 'lmtp' ? replies.noRecipients : replies.recipientFirst
}

/** DATA, RFC 5321 §4.1.1.4. Behind BDAT it has no place, RFC 3030 §2. */
export function beginData(state: SmtpState, rules: SmtpRules): Move {
  const against = obstacle(state, rules)
  if (against !== undefined) return object(state, rules, against)
  if (state.phase !== 'envelope' || state.chunks > 0) return object(state, rules, replies.badSequence)
  return [
    { phase: 'data', standing: state.standing, envelope: state.envelope },
    [{ do: 'reply', reply: replies.sendData }, { do: 'receive-data' }],
  ]
}

/** BDAT, RFC 3030 §2: the bytes come in any case, so they are read in any case. */
export function beginChunk(state: SmtpState, size: number, last: boolean, rules: SmtpRules): Move {
  const against = obstacle(state, rules)
  const { standing } = state
  if (against !== undefined || state.phase !== 'envelope') {
    const reply = against ?? replies.badSequence
    return [{ phase: 'stray-chunk', standing, after: state, reply }, [{ do: 'receive-chunk', size, last, keep: false }]]
  }
  const { envelope } = state
  const chunks = state.chunks + 1
  if (chunks > rules.maxChunks) {
    return [
      { phase: 'stray-chunk', standing, after: { phase: 'broken', standing, envelope }, reply: replies.tooManyChunks },
      [{ do: 'receive-chunk', size, last, keep: false }],
    ]
  }
  return [{ phase: 'chunk', standing, envelope, size, last, chunks }, [{ do: 'receive-chunk', size, last, keep: true }]]
}

const flawReplies = {
  'too-big': replies.tooBig,
  'header-too-big': replies.headerTooBig,
  nul: replies.nul,
  'not-kept': replies.notKept,
} satisfies Record<ContentFlaw, string>

/** The data, or the chunk, has been read to its end. Refused or not, a whole letter ends the transaction. */
export function contentEnded(state: SmtpState, flaw: ContentFlaw | undefined, rules: SmtpRules): Move {
  const { standing } = state
  if (state.phase === 'stray-chunk') return object(state.after, rules, state.reply)
  if (state.phase !== 'data' && state.phase !== 'chunk') throw new Error(`no content was due in phase ${state.phase}`)
  const { envelope } = state
  const whole = state.phase === 'data' || state.last
  if (flaw !== undefined) {
    const reply = flawReplies[flaw]
    const next: SmtpState = whole ? { phase: 'ready', standing } : { phase: 'broken', standing, envelope }
    const [after, effects] = object(next, rules, whole ? forEach(envelope, rules, reply) : reply)
    return whole ? forgetting(state, outcomeOf(reply), [after, effects]) : [after, effects]
  }
  if (whole) return [{ phase: 'accepting', standing, envelope }, [{ do: 'accept', envelope }]]
  return say(
    { phase: 'envelope', standing, envelope, chunks: state.phase === 'chunk' ? state.chunks : 0 },
    encodeReply(250, '2.0.0', `${state.phase === 'chunk' ? state.size : 0} octets received`),
  )
}

/** RFC 2033 §4.2: LMTP answers once for each recipient that was accepted. */
const forEach = (envelope: SmtpEnvelope, rules: SmtpRules, reply: string): string =>
  rules.door === 'lmtp' ? reply.repeat(envelope.recipients.length) : reply

/** The letter is ours, or it is refused; either way the next command begins anew. */
export function answered(
  state: SmtpState,
  verdicts: readonly SmtpVerdict[],
  queued: string | undefined,
  rules: SmtpRules,
): Move {
  if (state.phase !== 'accepting') throw new Error(`no letter was handed in in phase ${state.phase}`)
  const { standing, envelope } = state
  const ready: SmtpState = { phase: 'ready', standing }
  // Errors and idle commands are counted from letter to letter: a kept connection may bring thousands of each.
  const delivered: SmtpState = { phase: 'ready', standing: { ...standing, errors: 0, idleCommands: 0 } }
  if (rules.door === 'lmtp') {
    return say(delivered, envelope.recipients.map((_, i) => lmtpReply(verdicts[i])).join(''))
  }
  const verdict = verdicts[0]
  if (verdict === undefined) return say(ready, replies.tryLater)
  if (verdict.judge === 'refuse') return object(ready, rules, verdictReply(verdict))
  const reply = queued === undefined ? replies.ok : encodeReply(250, '2.0.0', `Ok: queued as ${queued}`)
  return say(delivered, reply)
}

const lmtpReply = (verdict: SmtpVerdict | undefined): string =>
  verdict === undefined
    ? replies.tryLater
    : verdict.judge === 'pass'
      ? '250 2.1.5 Delivered\r\n'
      : verdictReply(verdict)
