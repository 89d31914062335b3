import type { SaslState } from '#standards/sasl'
import type { Command } from './command.ts'

/** What a session is measured by. One input sees one snapshot. */
export interface SmtpRules {
  readonly door: 'mx' | 'submission' | 'lmtp'
  readonly hostname: string
  /** 0: no limit. */
  readonly maxMessageBytes: number
  readonly maxRecipients: number
  /** Commands that are refused, from letter to letter, before the server hangs up. */
  readonly maxErrors: number
  /** Commands that bring no letter nearer, from letter to letter. */
  readonly maxIdleCommands: number
  /** BDAT commands in one message. */
  readonly maxChunks: number
  /** Is there a certificate to begin TLS with? */
  readonly offersTls: boolean
  readonly allowPlaintextAuth: boolean
}

/** RFC 5321 §3.3, while it grows. */
export interface SmtpEnvelope {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly smtpUtf8: boolean
  readonly eightBit: boolean
  /** Has a recipient been refused? */
  readonly refused: boolean
  /** Recipients beyond what one letter may name. */
  readonly overflow: number
}

/** What a session keeps from one phase to the next. */
export interface Standing {
  readonly hello: string | undefined
  readonly esmtp: boolean
  readonly tls: boolean
  readonly login: string | undefined
  readonly errors: number
  readonly idleCommands: number
}

type In<Phase extends string, More = unknown> = { readonly phase: Phase; readonly standing: Standing } & More
type WithEnvelope = { readonly envelope: SmtpEnvelope }

/** An envelope exists only in the phases that have one. */
export type SmtpState =
  /** Nobody has said hello: at the beginning, and after STARTTLS. */
  | In<'fresh'>
  | In<'ready'>
  /** The server asks about the sender. */
  | In<'judging-sender', WithEnvelope>
  /** `chunks`: BDAT commands so far; behind the first one only BDAT goes on. */
  | In<'envelope', WithEnvelope & { readonly chunks: number }>
  | In<'judging-recipient', WithEnvelope & { readonly recipient: string }>
  /** The content is on its way. */
  | In<'data', WithEnvelope>
  | In<'chunk', WithEnvelope & { readonly size: number; readonly last: boolean; readonly chunks: number }>
  /** A chunk that belongs to nothing is on its way; its reply is known. */
  | In<'stray-chunk', { readonly after: SmtpState; readonly reply: string }>
  /** A chunk has failed: RFC 3030 §2 wants RSET now. */
  | In<'broken', WithEnvelope>
  /** The post office has the whole letter and has not answered. */
  | In<'accepting', WithEnvelope>
  /** A challenge was sent. */
  | In<'sasl', { readonly sasl: SaslState }>
  | In<'authenticating', { readonly login: string }>
  | In<'starting-tls'>
  | In<'over'>

export type SmtpVerdict =
  | { readonly judge: 'pass' }
  | { readonly judge: 'refuse'; readonly code: number; readonly enhanced: string; readonly text: string }

export type LoginOutcome = 'welcome' | 'wrong-credentials' | 'later'

/** Why a content cannot be a letter. `not-kept`: there was no place for it. */
export type ContentFlaw = 'too-big' | 'header-too-big' | 'nul' | 'not-kept'

export type SmtpInput =
  /** `more`: does something follow in what has come already? */
  | { readonly kind: 'command'; readonly command: Command; readonly more: boolean }
  /** A line that answers a challenge. */
  | { readonly kind: 'response'; readonly line: Uint8Array }
  | { readonly kind: 'line-too-long' }
  /** About a sender or a recipient. */
  | { readonly kind: 'verdict'; readonly verdict: SmtpVerdict }
  | { readonly kind: 'login'; readonly outcome: LoginOutcome }
  /** The end of the data, or of the chunk. */
  | { readonly kind: 'content'; readonly flaw: ContentFlaw | undefined }
  /** The letter's own answer; LMTP: one for each recipient. `queued` names it to the client. */
  | { readonly kind: 'answers'; readonly verdicts: readonly SmtpVerdict[]; readonly queued?: string }
  | { readonly kind: 'secured' }
  | { readonly kind: 'late' }
  /** The server shuts down: who is in the middle of nothing is sent away. */
  | { readonly kind: 'closing' }
  | { readonly kind: 'early-talk' }

export type SmtpEffect =
  | { readonly do: 'reply'; readonly reply: string }
  | { readonly do: 'judge-sender'; readonly sender: string; readonly size: number | undefined }
  | { readonly do: 'judge-recipient'; readonly sender: string; readonly recipient: string }
  | { readonly do: 'authenticate'; readonly login: string; readonly password: string }
  /** DATA: up to CRLF.CRLF. */
  | { readonly do: 'receive-data' }
  /** BDAT: so many bytes; `keep` says whether they belong to the letter. */
  | { readonly do: 'receive-chunk'; readonly size: number; readonly last: boolean; readonly keep: boolean }
  | { readonly do: 'accept'; readonly envelope: SmtpEnvelope }
  /** The transaction has ended without `accept`; `outcome` is the reply that ended it. */
  | { readonly do: 'forget'; readonly envelope: SmtpEnvelope; readonly outcome: string }
  | { readonly do: 'start-tls' }
  /** `agreed`: the client asked for it, so it has no more to say. */
  | { readonly do: 'hang-up'; readonly agreed: boolean }

export const beginSession = (tls: boolean): SmtpState => ({
  phase: 'fresh',
  standing: { hello: undefined, esmtp: false, tls, login: undefined, errors: 0, idleCommands: 0 },
})

/** The whole of one move. */
export type Move = readonly [SmtpState, readonly SmtpEffect[]]

/** The envelope of the phases in which a transaction runs. */
export const envelopeOf = (state: SmtpState): SmtpEnvelope | undefined =>
  'envelope' in state ? state.envelope : state.phase === 'stray-chunk' ? envelopeOf(state.after) : undefined

/** Does the client send content now, and no lines? */
export const isReceiving = ({ phase }: SmtpState): boolean =>
  phase === 'data' || phase === 'chunk' || phase === 'stray-chunk'
