import { type Instant, monthNames } from '#base/clock'

const secondsADay = 86_400

let lastDay = Number.NaN
let lastDayText = ''

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`)

/** RFC 3501 §9 date-time in quotes, in UTC: `"07-Feb-1994 21:52:25 +0000"`. Neighbours share their day. */
export function encodeInternalDate(at: Instant): string {
  const seconds = Math.floor(at / 1000)
  const day = Math.floor(seconds / secondsADay)
  if (day !== lastDay) {
    const date = new Date(day * secondsADay * 1000)
    const year = Math.min(9999, Math.max(0, date.getUTCFullYear()))
    lastDayText = `${two(date.getUTCDate())}-${monthNames[date.getUTCMonth()]}-${String(year).padStart(4, '0')}`
    lastDay = day
  }
  const time = seconds - day * secondsADay
  return `"${lastDayText} ${two(Math.floor(time / 3600))}:${two(Math.floor(time / 60) % 60)}:${two(time % 60)} +0000"`
}
