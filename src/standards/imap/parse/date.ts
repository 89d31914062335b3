import { type Instant, instant, monthNumber } from '#base/clock'
import type { Day } from '../search-key.ts'
import type { Reader } from './reader.ts'

const millisecondsADay = 86_400_000

/** RFC 3501 §9 date: `1-Feb-1994`, perhaps in quotes. */
export function parseDate(reader: Reader): Day {
  const quoted = reader.take('"')
  const day = parseDay(reader)
  if (quoted) reader.need('"')
  return day
}

/** RFC 3501 §9 date-time: `" 7-Feb-1994 21:52:25 -0800"`. */
export function parseDateTime(reader: Reader): Instant {
  reader.need('"')
  reader.take(' ')
  const day = parseDay(reader)
  reader.need(' ')
  const hour = twoDigits(reader, 23)
  reader.need(':')
  const minute = twoDigits(reader, 59)
  reader.need(':')
  // A leap second is taken and counts as the second after it.
  const second = twoDigits(reader, 60)
  reader.need(' ')
  const sign = reader.take('-') ? -1 : 1
  if (sign > 0) reader.need('+')
  const zone = sign * (twoDigits(reader, 23) * 60 + twoDigits(reader, 59))
  reader.need('"')
  return instant(day * millisecondsADay + ((hour * 60 + minute - zone) * 60 + second) * 1000)
}

function parseDay(reader: Reader): Day {
  const start = reader.at
  const day = reader.number(1, 31)
  if (reader.at - start > 2) reader.refuse('A day has one digit or two')
  reader.need('-')
  const month = monthNumber(reader.text.slice(reader.at, reader.at + 3))
  if (month === 0) reader.refuse('No month of that name')
  reader.at += 3
  reader.need('-')
  const from = reader.at
  const year = reader.number(1, 9999)
  if (reader.at - from !== 4) reader.refuse('A year has four digits')
  return dayOf(year, month, day) ?? reader.refuse('No such day')
}

function twoDigits(reader: Reader, most: number): number {
  const tens = reader.text.charCodeAt(reader.at) - 0x30
  const ones = reader.text.charCodeAt(reader.at + 1) - 0x30
  if (!(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) reader.refuse('Expected two digits')
  reader.at += 2
  const number = tens * 10 + ones
  return number > most ? reader.refuse('No such time') : number
}

/** Days since 1970-01-01 in the Gregorian calendar, reckoned back before its beginning too. */
function dayOf(year: number, month: number, day: number): Day | undefined {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const length = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  if (day > length) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / millisecondsADay
}
