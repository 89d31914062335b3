import { type Instant, instant } from '#base/clock'

/** Five minutes, growing by half to a little over an hour: the schedule that other servers expect of us. */
const firstPause = 5 * 60_000
const longestPause = 67 * 60_000

/** A full disk clears in its own time, usually soon: local deliveries come back sooner than the Internet's. */
const localPause = 30_000

export function nextAttempt(now: Instant, attempts: number, where: 'local' | 'elsewhere'): Instant {
  const first = where === 'local' ? localPause : firstPause
  return instant(now + Math.min(longestPause, Math.round(first * 1.5 ** Math.max(0, attempts - 1))))
}
