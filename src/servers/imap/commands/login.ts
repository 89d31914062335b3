import { latin1Text } from '#base/bytes'
import { openAccount } from '#mail/accounts'
import type { AuthenticateCommand, LoginCommand } from '#standards/imap'
import { beginSasl, continueSasl, decodeResponse, encodeChallenge } from '#standards/sasl'
import { type Answers, bad, completed, failed, refused } from '../answers.ts'
import { offered } from '../offered.ts'
import type { Session } from '../session.ts'
import { loginWords } from '../words.ts'

/** LOGIN, RFC 3501 §6.2.3. */
export async function* handleLogin({ tag, user, password }: LoginCommand, session: Session): Answers {
  yield* logIn(tag, user, password, session)
}

/** AUTHENTICATE PLAIN, RFC 3501 §6.2.2, RFC 4616, and its initial response, RFC 4959. */
export async function* handleAuthenticate(command: AuthenticateCommand, session: Session): Answers {
  const { tag, mechanism } = command
  if (mechanism !== 'PLAIN') return yield refused(tag, 'Only PLAIN is spoken', 'CANNOT')
  let turn = beginSasl(mechanism, command.initialResponse)
  while (turn.turn === 'challenge') {
    yield { kind: 'continue', text: encodeChallenge(turn.challenge) }
    const line = await session.readLine()
    if (!line) return
    const response = decodeResponse(latin1Text(line))
    if (!response) return yield bad(tag, 'Cancelled, or no base64')
    turn = continueSasl(turn.state, response)
  }
  if (turn.turn === 'credentials') yield* logIn(tag, turn.login, turn.password, session)
  else if (turn.failure === 'syntax') yield bad(tag, 'Not a response of PLAIN')
  else yield refused(tag, 'No acting for others', 'AUTHORIZATIONFAILED')
}

async function* logIn(tag: string, login: string, password: string, session: Session): Answers {
  const { authenticate, revocations, store } = session.needs
  const { peerAddress } = session
  const known = await authenticate({ login, password, peerAddress, isGone: () => session.isGone })
  if (!known.ok) {
    const words = loginWords[known.failure]
    return yield refused(tag, words.text, words.code)
  }
  const account = await openAccount(store, known.value)
  if (!account.ok)
    return yield account.failure === 'no-such-account'
      ? refused(tag, 'This login has no mailbox', 'AUTHORIZATIONFAILED')
      : failed(tag, account.failure)
  if (revocations.isRevoked(known.value)) {
    const words = loginWords['wrong-credentials']
    return yield refused(tag, words.text, words.code)
  }
  session.logIn(known.value, account.value)
  yield completed(tag, 'Logged in', { code: 'CAPABILITY', capabilities: offered(session) })
}
