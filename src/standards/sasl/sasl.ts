import { find } from '#base/bytes'

export type SaslMechanism = 'PLAIN' | 'LOGIN'

export const isSaslMechanism = (name: string): name is SaslMechanism => name === 'PLAIN' || name === 'LOGIN'

/** What is still to come. */
export type SaslState =
  | { readonly mechanism: 'PLAIN' }
  | { readonly mechanism: 'LOGIN'; readonly asks: 'login' }
  | { readonly mechanism: 'LOGIN'; readonly asks: 'password'; readonly login: string }

export type SaslTurn =
  | { readonly turn: 'challenge'; readonly challenge: string; readonly state: SaslState }
  | { readonly turn: 'credentials'; readonly login: string; readonly password: string }
  /** `syntax`: not what the mechanism says. `other-identity`: one login would act for another, which nobody may. */
  | { readonly turn: 'failed'; readonly failure: 'syntax' | 'other-identity' }

/** RFC 4616 §2 allows 255 octets each; passwords of people are shorter. */
const maxOctets = 1024

const syntax: SaslTurn = { turn: 'failed', failure: 'syntax' }
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The first turn; `initial` is the initial response, if the client gave one. */
export function beginSasl(mechanism: SaslMechanism, initial: Uint8Array | undefined): SaslTurn {
  if (mechanism === 'PLAIN') {
    return initial === undefined
      ? { turn: 'challenge', challenge: '', state: { mechanism } }
      : continueSasl({ mechanism }, initial)
  }
  const state: SaslState = { mechanism, asks: 'login' }
  return initial === undefined ? { turn: 'challenge', challenge: 'Username:', state } : continueSasl(state, initial)
}

export function continueSasl(state: SaslState, response: Uint8Array): SaslTurn {
  if (state.mechanism === 'PLAIN') return readPlain(response)
  const text = readText(response)
  if (text === undefined || text === '') return syntax
  if (state.asks === 'password') return { turn: 'credentials', login: state.login, password: text }
  return {
    turn: 'challenge',
    challenge: 'Password:',
    state: { mechanism: 'LOGIN', asks: 'password', login: text },
  }
}

/** [authzid] NUL authcid NUL passwd, RFC 4616 §2. */
function readPlain(response: Uint8Array): SaslTurn {
  const first = find(response, 0)
  const second = first < 0 ? -1 : find(response, 0, first + 1)
  if (second < 0) return syntax
  const identity = readText(response.subarray(0, first))
  const login = readText(response.subarray(first + 1, second))
  const password = readText(response.subarray(second + 1))
  if (identity === undefined || !login || !password) return syntax
  if (identity !== '' && identity !== login) return { turn: 'failed', failure: 'other-identity' }
  return { turn: 'credentials', login, password }
}

function readText(bytes: Uint8Array): string | undefined {
  if (bytes.length > maxOctets || find(bytes, 0) >= 0) return undefined
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return undefined
  }
}
