import { latin1 } from '#base/bytes'
import { decodeCharset } from './charset.ts'
import { decodeWords } from './decode-words.ts'
import type { Parameter } from './parameters.ts'

const segment = /^([^*]+)\*(0|[1-9]\d{0,2})(\*?)$/

/**
 * Joins the segments of RFC 2231 §3 (`name*0`, `name*1*`, ...) into one parameter in the place of the first: `name*` with
 * charset and percent signs when one of them is encoded, else `name`. What does not follow on stays as it was.
 */
export function joinSegments(parameters: readonly Parameter[]): readonly Parameter[] {
  if (!parameters.some(({ name }) => name.includes('*') && segment.test(name))) return parameters
  const runs = new Map<string, Map<number, Segment>>()
  for (const [index, { name, value }] of parameters.entries()) {
    const [, base = '', number = '', star] = segment.exec(name) ?? []
    if (base === '') continue
    const run = runs.get(base) ?? new Map<number, Segment>()
    if (!run.has(Number(number))) run.set(Number(number), { index, value, encoded: star === '*' })
    runs.set(base, run)
  }
  const joined = new Map<number, Parameter | undefined>()
  for (const [base, run] of runs) {
    const whole: Segment[] = []
    for (let one = run.get(0); one !== undefined; one = run.get(whole.length)) whole.push(one)
    for (const { index } of whole) joined.set(index, undefined)
    const first = whole[0]
    if (first !== undefined) joined.set(first.index, joinedRun(base, whole))
  }
  return parameters.flatMap((parameter, index) => (joined.has(index) ? (joined.get(index) ?? []) : parameter))
}

interface Segment {
  readonly index: number
  readonly value: string
  readonly encoded: boolean
}

function joinedRun(base: string, run: readonly Segment[]): Parameter {
  if (!run.some(({ encoded }) => encoded)) return { name: base, value: run.map(({ value }) => value).join('') }
  const pieces = run.map(({ value, encoded }) => (encoded ? value : value.replace(/[^\w.-]/g, percent)))
  return { name: `${base}*`, value: `${run[0]?.encoded ? '' : "''"}${pieces.join('')}` }
}

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/**
 * What a parameter says, for every reader in the house alike: RFC 2231 first, then the plain one, in which the wild
 * writes encoded words and raw bytes. `undefined` when there is none.
 */
export function parameterText(parameters: readonly Parameter[], name: string): string | undefined {
  const joined = joinSegments(parameters)
  const extended = joined.find(parameter => parameter.name === `${name}*`)
  if (extended !== undefined) return extendedText(extended.value)
  const plain = joined.find(parameter => parameter.name === name)
  return plain && decodeWords(plain.value)
}

/** `charset'language'percent-encoded`. RFC 2231 §4. */
function extendedText(value: string): string {
  const charsetTo = value.indexOf("'")
  const languageTo = charsetTo < 0 ? -1 : value.indexOf("'", charsetTo + 1)
  const charset = languageTo < 0 ? undefined : value.slice(0, charsetTo)
  const octets = value
    .slice(languageTo + 1)
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return decodeCharset(latin1(octets), charset)
}
