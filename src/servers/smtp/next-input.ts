import { isBinary, parseCommand, type SmtpFrame, type SmtpInput, type SmtpRules, type SmtpState } from '#standards/smtp'
import type { SmtpSettings } from './settings.ts'

/** What the next line of a client is to the session; undefined when none has come, or none is due. */
export function nextInput(
  frame: SmtpFrame,
  { phase }: SmtpState,
  { door, maxLineBytes, maxAuthLineBytes }: SmtpSettings & SmtpRules,
): SmtpInput | undefined {
  const first = frame.next
  if (first === undefined || phase === 'over' || phase === 'starting-tls') return undefined
  if (isBinary(first) && phase !== 'sasl') return { kind: 'command', command: { verb: 'alien' }, more: false }
  const isAuth = phase === 'sasl' || (door === 'submission' && (first === 65 || first === 97))
  const line = frame.takeLine(isAuth ? maxAuthLineBytes : maxLineBytes)
  if (line === 'more') return undefined
  if (line === 'too-long') return { kind: 'line-too-long' }
  if (phase === 'sasl') return { kind: 'response', line }
  return { kind: 'command', command: parseCommand(line), more: frame.pending > 0 }
}
