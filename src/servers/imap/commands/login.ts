import { utf8Text } from '#base/bytes'
import { openAccount } from '#mail/accounts'
import type { AuthenticateCommand, LoginCommand } from '#standards/imap'
import { type Answers, bad, completed, failed, refused } from '../answers.ts'
import { capabilities } from '../capabilities.ts'
import type { Session } from '../session.ts'
import { loginWords } from '../words.ts'

/** LOGIN, RFC 3501 §6.2.3. */
export async function* handleLogin({ tag, user, password }: LoginCommand, session: Session): Answers {
  if (!mayLogIn(session)) return yield inClear(tag)
  yield* logIn(tag, user, password, session)
}

/** AUTHENTICATE PLAIN, RFC 3501 §6.2.2, RFC 4616, and its initial response, RFC 4959. */
export async function* handleAuthenticate(command: AuthenticateCommand, session: Session): Answers {
  const { tag, mechanism } = command
  if (mechanism !== 'PLAIN') return yield refused(tag, 'Only PLAIN is spoken', 'CANNOT')
  if (!mayLogIn(session)) return yield inClear(tag)
  let response = command.initialResponse
  if (!response) {
    yield { kind: 'continue', text: '' }
    const line = await session.readLine()
    if (!line) return
    response = decodeResponse(line)
    if (!response) return yield bad(tag, 'Cancelled, or no base64')
  }
  const credentials = parsePlain(response)
  if (!credentials) return yield bad(tag, 'No PLAIN response')
  // Nobody may act for another: an authorization identity has to be the login itself. RFC 4616 §2.
  if (credentials.authorize !== '' && credentials.authorize !== credentials.login)
    return yield refused(tag, 'No acting for others', 'AUTHORIZATIONFAILED')
  yield* logIn(tag, credentials.login, credentials.password, session)
}

const mayLogIn = (session: Session): boolean => session.secure || session.needs.settings().allowPlaintextLogin

const inClear = (tag: string) => refused(tag, 'No passwords without TLS', 'PRIVACYREQUIRED')

async function* logIn(tag: string, login: string, password: string, session: Session): Answers {
  const { authenticate, store } = session.needs
  const known = await authenticate({ login, password, peerAddress: session.peerAddress })
  if (!known.ok) {
    const words = loginWords[known.failure]
    return yield refused(tag, words.text, words.code)
  }
  const account = await openAccount(store, known.value)
  if (!account.ok)
    return yield account.failure === 'no-such-account'
      ? refused(tag, 'This login has no mailbox', 'AUTHORIZATIONFAILED')
      : failed(tag, account.failure)
  session.logIn(known.value, account.value)
  yield completed(tag, 'Logged in', { code: 'CAPABILITY', capabilities: capabilities(session) })
}
