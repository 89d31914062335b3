import { fail, ok, type Result } from '#base/result'
import type { AdminFailure } from './failure.ts'

/** What an operation is given: plain JSON from a socket, so nothing about it is certain. */
export type OperationArguments = Readonly<Record<string, unknown>>

const missing = (name: string, what: string): { readonly ok: false; readonly failure: AdminFailure } =>
  fail({ kind: 'usage', words: `'${name}' must be ${what}` })

export function readText(given: OperationArguments, name: string): Result<string, AdminFailure> {
  const value = given[name]
  return typeof value === 'string' ? ok(value) : missing(name, 'a text')
}

export function readTextIfAny(given: OperationArguments, name: string): Result<string | undefined, AdminFailure> {
  return given[name] === undefined ? ok(undefined) : readText(given, name)
}

export function readCount(given: OperationArguments, name: string, preset: number): Result<number, AdminFailure> {
  const value = given[name] ?? preset
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? ok(value)
    : missing(name, 'a whole number')
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(each => typeof each === 'string')

export function readTexts(given: OperationArguments, name: string): Result<readonly string[], AdminFailure> {
  const value = given[name] ?? []
  return isTexts(value) ? ok(value) : missing(name, 'a list of texts')
}

/** Property names with their new values, in the order of writing. */
export function readProperties(
  given: OperationArguments,
  name: string,
): Result<ReadonlyMap<string, readonly string[]>, AdminFailure> {
  const value = given[name] ?? {}
  if (!isRecord(value)) return missing(name, 'a record of properties')
  const read = new Map<string, readonly string[]>()
  for (const [property, written] of Object.entries(value)) {
    const texts = typeof written === 'string' ? [written] : written
    if (!isTexts(texts)) return missing(`${name}.${property}`, 'a text or a list of texts')
    read.set(property, texts)
  }
  return ok(read)
}
