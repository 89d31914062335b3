import { capabilities } from '#standards/imap'
import type { Session } from './session.ts'

/** What works for this session, here and now. */
export const offered = ({ user, secure, canSecure, needs }: Session): readonly string[] =>
  capabilities({
    authenticated: user !== undefined,
    tls: secure,
    canStartTls: canSecure,
    plaintextLogin: needs.settings().allowPlaintextLogin,
    mechanisms: ['PLAIN'],
  })
