/** What decides what is on offer. RFC 3501 §6.1.1. */
export interface CapabilityFacts {
  readonly authenticated: boolean
  readonly tls: boolean
  readonly canStartTls: boolean
  readonly plaintextLogin: boolean
  /** SASL mechanisms, in upper case. */
  readonly mechanisms: readonly string[]
}

/** LITERAL- before the login: RFC 7888 §5, so that strangers send no large literals unasked. */
const beforeLogin = ['IMAP4rev1', 'LITERAL-', 'SASL-IR', 'ID', 'ENABLE', 'IDLE']

const afterLogin = [
  'IMAP4rev1',
  'LITERAL+',
  'ID',
  'ENABLE',
  'IDLE',
  'NAMESPACE',
  'CHILDREN',
  'UIDPLUS',
  'UNSELECT',
  'MOVE',
  'MULTIAPPEND',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'QUOTA=RES-MESSAGE',
]

/** Mechanisms and passwords are offered only where they are taken: RFC 3501 §6.2.3, §11.1. */
export function capabilities(facts: CapabilityFacts): readonly string[] {
  if (facts.authenticated) return afterLogin
  const startTls = facts.canStartTls && !facts.tls ? ['STARTTLS'] : []
  const login = facts.tls || facts.plaintextLogin ? facts.mechanisms.map(name => `AUTH=${name}`) : ['LOGINDISABLED']
  return [...beforeLogin, ...startTls, ...login]
}
