import type { Log } from '#base/log'
import type { Intake } from '#mail/intake'
import type { Authenticate, Revocations } from '#mail/login'
import type { ContentStore } from '#mail/store'
import type { LoginOutcome, SmtpRules } from '#standards/smtp'
import type { SmtpSettings } from './settings.ts'

/** What all dialogues of one door share. */
export interface DoorWay {
  readonly rules: () => SmtpSettings & SmtpRules
  readonly intake: Intake
  readonly contents: ContentStore
  readonly authenticate: Authenticate
  readonly isRevoked: Revocations['isRevoked']
  readonly log: Log
}

/** A bug or a broken disk behind a port. */
export function tellNoAnswer({ log }: Pick<DoorWay, 'log'>, door: SmtpRules['door'], error: unknown): void {
  log('error', 'no-answer', { door, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
}

/** How SMTP says what became of a login. No answer is not a no: RFC 4954 §6. */
export function loginOutcome(answer: Awaited<ReturnType<Authenticate>> | undefined): LoginOutcome {
  if (answer === undefined) return 'later'
  if (answer.ok) return 'welcome'
  return answer.failure === 'wrong-credentials' || answer.failure === 'disabled' ? 'wrong-credentials' : 'later'
}
