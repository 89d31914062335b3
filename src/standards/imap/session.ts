import type { CommandFailure, CommandName, ImapCommand } from './command.ts'

/** RFC 3501 §3. */
export type SessionPhase = 'not-authenticated' | 'authenticated' | 'selected' | 'logout'

/** What decides whether a command may run. */
export interface SessionFacts {
  readonly phase: SessionPhase
  readonly tls: boolean
  /** Is STARTTLS on offer here? */
  readonly canStartTls: boolean
  /** May passwords be sent without TLS? */
  readonly plaintextLogin: boolean
  /** EXAMINE, or SELECT of a mailbox that the user may only read. */
  readonly readOnly: boolean
}

/** When a command may run, and what it does to the selected mailbox. */
interface CommandRules {
  readonly from: Exclude<SessionPhase, 'logout'>
  /** Not beyond this phase. */
  readonly until?: Exclude<SessionPhase, 'logout'>
  /** Changes the selected mailbox: not after EXAMINE. */
  readonly writes?: true
  /**
   * RFC 3501 §7.4.1, RFC 9051 §7.5.1: no EXPUNGE is sent when FETCH, STORE or SEARCH ends: commands with message
   * numbers may be on their way behind it. Their UID variants use no numbers.
   */
  readonly keepsNumbers?: true
}

const early: CommandRules = { from: 'not-authenticated', until: 'not-authenticated' }
const any: CommandRules = { from: 'not-authenticated' }
const mailboxes: CommandRules = { from: 'authenticated' }
const selected: CommandRules = { from: 'selected' }

const rules: Readonly<Record<CommandName, CommandRules>> = {
  CAPABILITY: any,
  NOOP: any,
  LOGOUT: any,
  ID: any,
  STARTTLS: early,
  AUTHENTICATE: early,
  LOGIN: early,
  // RFC 5161 §3.1: before anything is selected.
  ENABLE: { from: 'authenticated', until: 'authenticated' },
  SELECT: mailboxes,
  EXAMINE: mailboxes,
  CREATE: mailboxes,
  DELETE: mailboxes,
  RENAME: mailboxes,
  SUBSCRIBE: mailboxes,
  UNSUBSCRIBE: mailboxes,
  LIST: mailboxes,
  LSUB: mailboxes,
  STATUS: mailboxes,
  APPEND: mailboxes,
  NAMESPACE: mailboxes,
  IDLE: mailboxes,
  GETQUOTA: mailboxes,
  GETQUOTAROOT: mailboxes,
  SETQUOTA: mailboxes,
  CHECK: selected,
  CLOSE: selected,
  UNSELECT: selected,
  EXPUNGE: { from: 'selected', writes: true },
  SEARCH: { from: 'selected', keepsNumbers: true },
  FETCH: { from: 'selected', keepsNumbers: true },
  STORE: { from: 'selected', writes: true, keepsNumbers: true },
  COPY: selected,
  MOVE: { from: 'selected', writes: true },
}

const order: Readonly<Record<SessionPhase, number>> = {
  'not-authenticated': 0,
  authenticated: 1,
  selected: 2,
  logout: 3,
}

export type Refused = Omit<CommandFailure, 'code'> & { readonly code?: 'PRIVACYREQUIRED' }

/** May the command run now? If not, what to answer. RFC 3501 §6. */
export function admit(session: SessionFacts, command: ImapCommand): Refused | undefined {
  const { tag, name } = command
  const rule = rules[name]
  const phase = order[session.phase]
  if (session.phase === 'logout') return { tag, status: 'BAD', text: 'The session is over' }
  if (phase < order[rule.from])
    return { tag, status: 'BAD', text: rule.from === 'selected' ? 'No mailbox is selected' : 'Log in first' }
  if (rule.until && phase > order[rule.until])
    return { tag, status: 'BAD', text: rule === early ? 'Already logged in' : 'Not while a mailbox is selected' }
  if (name === 'STARTTLS') return admitStartTls(session, tag)
  if ((name === 'LOGIN' || name === 'AUTHENTICATE') && !session.tls && !session.plaintextLogin)
    return { tag, status: 'NO', code: 'PRIVACYREQUIRED', text: 'Passwords are taken under TLS only' }
  if (rule.writes && session.readOnly) return { tag, status: 'NO', text: 'The mailbox is open for reading only' }
  return undefined
}

/** RFC 3501 §6.2.1. */
function admitStartTls(session: SessionFacts, tag: string): Refused | undefined {
  if (session.tls) return { tag, status: 'BAD', text: 'TLS is running already' }
  return session.canStartTls ? undefined : { tag, status: 'BAD', text: 'STARTTLS is not offered here' }
}

/** May EXPUNGE responses be sent when the command ends? While it runs they never are, but by EXPUNGE and MOVE. */
export const mayTellExpunges = (command: ImapCommand): boolean =>
  !(rules[command.name].keepsNumbers && 'uid' in command && !command.uid)

/** May the selected mailbox's news be told by the command at all? Not by those that leave it. */
export const tellsNews = (name: CommandName): boolean =>
  !(name === 'LOGOUT' || name === 'SELECT' || name === 'EXAMINE' || name === 'CLOSE' || name === 'UNSELECT')
