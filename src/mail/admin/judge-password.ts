import { utf8Length } from '#base/bytes'

/** What is wrong with a new password, in words that do not repeat it. Longer ones no door would take. */
export function judgePassword(password: string, minimumLength: number): string | undefined {
  if (password === '') return 'a password must not be empty'
  if ([...password].length < minimumLength) return `a password needs at least ${minimumLength} characters`
  if (utf8Length(password) > 512) return 'a password has at most 512 bytes'
  // A NUL ends a secret in SASL PLAIN (RFC 4616 §2); line ends cannot be sent at every door.
  if (/[\0\r\n]/.test(password)) return 'a password is one line'
  return undefined
}
