/**
 * SASL, the server's side: PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login), as pure turns (RFC 4422).
 * In: a mechanism's name and the client's responses. Out: a challenge, or a login name with its password.
 * Never: a look at whether they are right, or one identity acting as another.
 */
export { decodeResponse, encodeChallenge } from './base64-response.ts'
export { beginSasl, continueSasl, isSaslMechanism, type SaslMechanism, type SaslState, type SaslTurn } from './sasl.ts'
