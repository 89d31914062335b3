import type { User } from '#mail/directory'
import type { Decided, EntryId, Envelope } from '#mail/queue'
import type { ContentDraft } from '#mail/store'

/** Where a letter comes from selects the rules it must pass. */
export type Origin = 'from-outside' | 'from-user' | 'from-ourselves'

/** The other end of a connection, as far as it is known. */
export interface Peer {
  readonly door: 'mx' | 'submission' | 'lmtp'
  readonly address: string
  /** As given to HELO, EHLO or LHLO; printable ASCII, at most 255 characters. */
  readonly helo: string
  readonly esmtp: boolean
  /** Protocol and cipher suite, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`. */
  readonly tls?: string
  readonly user?: User
}

/** A whole letter at the end of its data, not yet answered. */
export interface ArrivingMail {
  readonly peer: Peer
  readonly envelope: Envelope
  readonly draft: ContentDraft
  /** What was decided about it so far, for its decision record. */
  readonly decided: readonly Decided[]
}

/** A judgement in the words of RFC 5321 and RFC 3463. The text is public: it never says why in the server's terms. */
export type Verdict =
  | { readonly judge: 'pass' }
  | {
      readonly judge: 'refuse'
      readonly code: number
      readonly enhanced: string
      readonly text: string
      readonly rule: string
    }

export const pass: Verdict = { judge: 'pass' }
export const refuse = (code: number, enhanced: string, text: string, rule: string): Verdict => ({
  judge: 'refuse',
  code,
  enhanced,
  text,
  rule,
})

export type Acceptance =
  | { readonly accepted: true; readonly entry: EntryId }
  | { readonly accepted: false; readonly verdict: Extract<Verdict, { judge: 'refuse' }> }
