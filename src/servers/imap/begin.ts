import { admit, type ImapCommand, type SessionPhase } from '#standards/imap'
import { type Answers, bad, refused } from './answers.ts'
import { handleCopy } from './commands/copy.ts'
import { handleExpunge } from './commands/expunge.ts'
import { handleFetch } from './commands/fetch.ts'
import { handleList, handleLsub } from './commands/list.ts'
import { handleAuthenticate, handleLogin } from './commands/login.ts'
import { handleCreate, handleDelete, handleRename, handleSubscribe } from './commands/mailboxes.ts'
import { handleGetQuota, handleGetQuotaRoot, handleSetQuota } from './commands/quota.ts'
import { handleSearch } from './commands/search.ts'
import { handleClose, handleSelect } from './commands/select.ts'
import {
  handleCapability,
  handleEnable,
  handleId,
  handleLogout,
  handleNamespace,
  handleNoop,
} from './commands/simple.ts'
import { handleStatus } from './commands/status.ts'
import { handleStore } from './commands/store.ts'
import type { LoggedIn, Selecting, Session } from './session.ts'

/** What to answer to a command that the session's state does not allow; `undefined` when it does. RFC 3501 §3. */
export function objection(command: ImapCommand, session: Session): Answers | undefined {
  const refusal = admit(
    {
      phase: phaseOf(session),
      tls: session.secure,
      canStartTls: session.canSecure,
      plaintextLogin: session.needs.settings().allowPlaintextLogin,
      readOnly: session.selected?.readOnly ?? false,
    },
    command,
  )
  return (
    refusal &&
    say(refusal.status === 'NO' ? refused(refusal.tag, refusal.text, refusal.code) : bad(refusal.tag, refusal.text))
  )
}

async function* say(answer: ReturnType<typeof bad>): Answers {
  yield answer
}

const phaseOf = ({ user, selected }: Session): SessionPhase =>
  selected ? 'selected' : user ? 'authenticated' : 'not-authenticated'

/** The handler of a command that `objection` has nothing against: so what its session must have is there. */
export function begin(command: ImapCommand, session: Session): Answers {
  const loggedIn = session as LoggedIn
  const selecting = session as Selecting
  switch (command.name) {
    case 'CAPABILITY':
      return handleCapability(command, session)
    case 'NOOP':
    case 'CHECK':
      return handleNoop(command)
    case 'LOGOUT':
      return handleLogout(command)
    case 'ID':
      return handleId(command)
    case 'LOGIN':
      return handleLogin(command, session)
    case 'AUTHENTICATE':
      return handleAuthenticate(command, session)
    case 'SELECT':
    case 'EXAMINE':
      return handleSelect(command, loggedIn)
    case 'CREATE':
      return handleCreate(command, loggedIn)
    case 'DELETE':
      return handleDelete(command, loggedIn)
    case 'RENAME':
      return handleRename(command, loggedIn)
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return handleSubscribe(command, loggedIn)
    case 'LIST':
      return handleList(command, loggedIn)
    case 'LSUB':
      return handleLsub(command, loggedIn)
    case 'STATUS':
      return handleStatus(command, loggedIn)
    case 'NAMESPACE':
      return handleNamespace(command)
    case 'ENABLE':
      return handleEnable(command)
    case 'CLOSE':
    case 'UNSELECT':
      return handleClose(command, selecting)
    case 'EXPUNGE':
      return handleExpunge(command, selecting)
    case 'SEARCH':
      return handleSearch(command, selecting)
    case 'FETCH':
      return handleFetch(command, selecting)
    case 'STORE':
      return handleStore(command, selecting)
    case 'COPY':
    case 'MOVE':
      return handleCopy(command, selecting)
    case 'GETQUOTA':
      return handleGetQuota(command, loggedIn)
    case 'GETQUOTAROOT':
      return handleGetQuotaRoot(command, loggedIn)
    case 'SETQUOTA':
      return handleSetQuota(command)
    case 'STARTTLS':
    case 'IDLE':
    case 'APPEND':
      throw new Error(`${command.name} belongs to the dialogue`)
  }
}
