import type { ImapCommand } from '#standards/imap'
import { type Answers, bad } from './answers.ts'
import { handleCopy } from './commands/copy.ts'
import { handleExpunge } from './commands/expunge.ts'
import { handleFetch } from './commands/fetch.ts'
import { handleList, handleLsub } from './commands/list.ts'
import { handleAuthenticate, handleLogin } from './commands/login.ts'
import { handleCreate, handleDelete, handleRename, handleSubscribe } from './commands/mailboxes.ts'
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

/** The handler of a command, if the session is in a state that allows it: RFC 3501 §3 and §6. */
export function begin(command: ImapCommand, session: Session): Answers {
  switch (command.name) {
    case 'CAPABILITY':
      return handleCapability(command, session)
    case 'NOOP':
      return handleNoop(command)
    case 'LOGOUT':
      return handleLogout(command)
    case 'ID':
      return handleId(command)
    case 'LOGIN':
    case 'AUTHENTICATE':
      if (session.user) return wrongState(command, 'You are logged in')
      return command.name === 'LOGIN' ? handleLogin(command, session) : handleAuthenticate(command, session)
  }
  return isLoggedIn(session) ? beginLoggedIn(command, session) : wrongState(command, 'Log in first')
}

function beginLoggedIn(command: ImapCommand, session: LoggedIn): Answers {
  switch (command.name) {
    case 'SELECT':
    case 'EXAMINE':
      return handleSelect(command, session)
    case 'CREATE':
      return handleCreate(command, session)
    case 'DELETE':
      return handleDelete(command, session)
    case 'RENAME':
      return handleRename(command, session)
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE':
      return handleSubscribe(command, session)
    case 'LIST':
      return handleList(command, session)
    case 'LSUB':
      return handleLsub(command, session)
    case 'STATUS':
      return handleStatus(command, session)
    case 'NAMESPACE':
      return handleNamespace(command, session)
    case 'ENABLE':
      return handleEnable(command)
  }
  return isSelecting(session) ? beginSelecting(command, session) : wrongState(command, 'Select a mailbox first')
}

function beginSelecting(command: ImapCommand, session: Selecting): Answers {
  switch (command.name) {
    case 'CHECK':
      return handleNoop(command)
    case 'CLOSE':
    case 'UNSELECT':
      return handleClose(command, session)
    case 'EXPUNGE':
      return handleExpunge(command, session)
    case 'SEARCH':
      return handleSearch(command, session)
    case 'FETCH':
      return handleFetch(command, session)
    case 'STORE':
      return handleStore(command, session)
    case 'COPY':
    case 'MOVE':
      return handleCopy(command, session)
  }
  throw new Error(`${command.name} has no handler`)
}

const isLoggedIn = (session: Session): session is LoggedIn => session.account !== undefined
const isSelecting = (session: LoggedIn): session is Selecting => session.selected !== undefined

async function* wrongState({ tag }: ImapCommand, text: string): Answers {
  yield bad(tag, text)
}
