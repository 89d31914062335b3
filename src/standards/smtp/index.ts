/**
 * SMTP and LMTP, the server's side, without a socket: RFC 5321, 2033, 1870, 2034, 2920, 3030, 3207, 4954, 6152, 6531.
 * In: bytes in any cut, verdicts of the post office. Out: commands, content in wire form, replies, what to do next.
 * Never: a line that ends without CRLF, data that ends without CRLF.CRLF, a callback, a timer.
 */
export type { Command } from './command.ts'
export { ContentReader } from './content-reader.ts'
export { stuffDots } from './dot-stuffing.ts'
export { isBinary, SmtpFrame } from './frame.ts'
export { parseCommand } from './parse-command.ts'
export { encodeReply, replies } from './reply.ts'
export type {
  ContentFlaw,
  LoginOutcome,
  SmtpEffect,
  SmtpEnvelope,
  SmtpInput,
  SmtpRules,
  SmtpState,
  SmtpVerdict,
} from './session.ts'
export { beginSession, envelopeOf, isReceiving } from './session.ts'
export { step } from './step.ts'
