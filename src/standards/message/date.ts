import { asciiLower } from '#base/bytes'
import { monthNumber } from '#base/clock'
import { commentEnd, isWhite } from './lexical.ts'

/** A date as its writer saw it, and the moment it names. */
export interface MessageDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number
}

/** Hours east of Greenwich. RFC 5322 §4.3; letters of the military count as -0000. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
}

/** RFC 5322 §3.3 with §4.3, and dates with the zone or the seconds left out. `undefined` when no such day exists. */
export function parseDate(text: string): MessageDate | undefined {
  const words = dateWords(text)
  let at = 0
  if (words[at] !== undefined && !/^\d/.test(words[at] as string)) at++
  const day = number(words[at++], 2)
  const month = monthNumber((words[at++] ?? '').slice(0, 3))
  const yearText = words[at++] ?? ''
  const year = fullYear(number(yearText, 4), yearText.length)
  const hour = number(words[at++], 2)
  let minute = 0
  let second = 0
  if (words[at] === ':') {
    minute = number(words[at + 1], 2)
    at += 2
  } else return undefined
  if (words[at] === ':') {
    second = number(words[at + 1], 2)
    at += 2
  }
  if (month === 0 || !(day >= 1 && hour <= 23 && minute <= 59 && second <= 60 && year >= 1900 && year <= 9999)) {
    return undefined
  }
  if (day > daysIn(month, year)) return undefined
  const offset = zoneMinutes(words[at])
  const moment = Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000
  return { year, month, day, at: moment }
}

/** Runs of letters, of digits with their sign, and colons; comments and everything else part them. */
function dateWords(text: string): readonly string[] {
  const words: string[] = []
  const size = Math.min(text.length, 1000)
  let at = 0
  while (at < size && words.length < 12) {
    const code = text.charCodeAt(at)
    if (code === 40) at = commentEnd(text, at)
    else if (code === 58) {
      words.push(':')
      at++
    } else if (isWhite(code) || code === 44 || code === 46) at++
    else {
      const from = at++
      while (at < size && !isBreak(text.charCodeAt(at))) at++
      words.push(text.slice(from, at))
    }
  }
  return words
}

const isBreak = (code: number): boolean => isWhite(code) || code === 40 || code === 58 || code === 44 || code === 46

const number = (text: string | undefined, digits: number): number =>
  text !== undefined && text.length <= digits && /^\d+$/.test(text) ? Number(text) : Number.NaN

/** Two digits up to 49 are of this century, other two or three of the last. RFC 5322 §4.3. */
const fullYear = (year: number, digits: number): number =>
  digits > 3 ? year : digits === 2 && year < 50 ? year + 2000 : digits < 2 ? Number.NaN : year + 1900

const daysIn = (month: number, year: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined) return 0
  const numeric = /^([+-])(\d\d)(\d\d)$/.exec(zone.slice(0, 6))
  if (numeric === null) return (Object.hasOwn(zones, asciiLower(zone)) ? (zones[asciiLower(zone)] as number) : 0) * 60
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
  if (Number(numeric[3]) > 59 || minutes >= 24 * 60) return 0
  return numeric[1] === '-' ? -minutes : minutes
}
