import type { Session } from './session.ts'

const always = ['IMAP4rev1', 'LITERAL+', 'ID', 'ENABLE', 'SASL-IR']
const behindLogin = [
  ...['IDLE', 'NAMESPACE', 'UIDPLUS', 'UNSELECT', 'MOVE', 'CHILDREN', 'MULTIAPPEND'],
  ...['SPECIAL-USE', 'CREATE-SPECIAL-USE', 'LIST-EXTENDED', 'LIST-STATUS'],
]

/** What works here and now: RFC 3501 §6.1.1. */
export function capabilities(session: Session): string[] {
  if (session.user) return [...always, ...behindLogin]
  return [
    ...always,
    ...(session.canSecure ? ['STARTTLS'] : []),
    session.secure || session.needs.settings().allowPlaintextLogin ? 'AUTH=PLAIN' : 'LOGINDISABLED',
  ]
}
