import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '#base/result'
import { type AdminFailure, exitCodes } from '#mail/admin'
import type { Terminal } from './terminal.ts'

/** One command of the command line: it prints, complains, and returns its exit code. */
export type Command = (words: readonly string[], terminal: Terminal) => Promise<number>

/** `flag` stands alone; `value` takes one, the last wins; `values` takes one each time. */
export type OptionShapes = Readonly<Record<string, 'flag' | 'value' | 'values'>>

export interface Options {
  readonly has: (name: string) => boolean
  readonly value: (name: string) => string | undefined
  readonly values: (name: string) => readonly string[]
  /** What stands beside the options. */
  readonly rest: readonly string[]
}

/** Options that every command knows. */
const everywhere: OptionShapes = { help: 'flag', json: 'flag', data: 'value' }

export function parseOptions(words: readonly string[], shapes: OptionShapes): Result<Options, AdminFailure> {
  const all = { ...everywhere, ...shapes }
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(all).map(([name, shape]) => [
          name,
          { type: shape === 'flag' ? ('boolean' as const) : ('string' as const), multiple: shape === 'values' },
        ]),
      ),
    })
    const read = values as Readonly<Record<string, string | boolean | readonly string[] | undefined>>
    return ok({
      has: name => read[name] === true,
      value: name => (typeof read[name] === 'string' ? read[name] : undefined),
      values: name => (Array.isArray(read[name]) ? read[name] : []),
      rest: positionals,
    })
  } catch (error) {
    return usage((error as Error).message.split('. ', 1)[0] ?? 'unknown option')
  }
}

/** What most commands begin with: options are read, or help is given and nothing else; a number is the exit code then. */
export function beginCommand(
  words: readonly string[],
  terminal: Terminal,
  shapes: OptionShapes,
  help: string,
): { readonly options: Options; readonly json: boolean } | number {
  const parsed = parseOptions(words, shapes)
  if (!parsed.ok) return complainOf(parsed.failure, terminal, words.includes('--json'))
  if (!parsed.value.has('help')) return { options: parsed.value, json: parsed.value.has('json') }
  terminal.print(help)
  return 0
}

export const usage = (words: string) => fail<AdminFailure>({ kind: 'usage', words })

/** Complains in words, or in JSON for a program, and gives the exit code. */
export function complainOf(failure: AdminFailure, terminal: Terminal, json: boolean, prefix = 'hauspost: '): number {
  terminal.complain(json ? JSON.stringify({ error: failure }) : `${prefix}${failure.words}`)
  return exitCodes[failure.kind]
}

/** `--data`, else HAUSPOST_DATA. */
export function chosenDirectory(options: Options, terminal: Terminal): Result<string, AdminFailure> {
  const given = options.value('data') ?? terminal.environment.HAUSPOST_DATA
  if (given !== undefined && given !== '') return ok(resolve(given))
  return usage('which server? Name its data directory with --data DIR or in HAUSPOST_DATA')
}

/** `key=value`; the first `=` decides. */
export function splitAssignment(word: string): readonly [string, string] | undefined {
  const equals = word.indexOf('=')
  return equals < 1 ? undefined : [word.slice(0, equals), word.slice(equals + 1)]
}
