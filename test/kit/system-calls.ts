import { type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A system call as strace saw it, at the moment when it was done. */
export interface SystemCall {
  readonly thread: string
  readonly name: string
  /** What stood between the parentheses, file descriptors with their paths. */
  readonly words: string
  /** When it began and when it was done, in lines of the trace: calls of several threads overlap. */
  readonly from: number
  readonly until: number
}

export interface RunProgram {
  readonly output: string
  readonly code: number | null
}

/** Runs a program of ours to its end, perhaps behind another one. */
export function runToEnd(words: readonly string[]): Promise<RunProgram> {
  const [command = '', ...rest] = words
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const options: SpawnOptions = { env, stdio: ['ignore', 'pipe', 'inherit'] }
  const child = spawn(command, rest, options)
  let output = ''
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ output, code }))
  })
}

/**
 * The same under strace with a fault: `inject=...` without its first word, which counts for each thread. With a file,
 * only calls on that file are counted.
 */
export const runWithFault = (fault: string, words: readonly string[], file?: string): Promise<RunProgram> =>
  runToEnd([
    ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${fault.split(':')[0]}`, '-e', `inject=${fault}`],
    ...(file === undefined ? [] : ['-P', file]),
    ...words,
  ])

/** How strace writes what programs read and write: its beginning to be looked at, or each byte as `\\xNN`. */
const stringsAs = { short: ['-s', '200'], whole: ['-xx', '-s', `${2 ** 24}`] }

/** The same under strace, and what it saw of these calls. */
export async function watchCalls(
  names: readonly string[],
  words: readonly string[],
  strings: keyof typeof stringsAs = 'short',
): Promise<RunProgram & { readonly calls: readonly SystemCall[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-calls-'))
  const file = join(folder, 'calls')
  try {
    const strace = ['strace', '-f', '-qq', '-y', ...stringsAs[strings], '-o', file, '-e', `trace=${names}`]
    const ended = await runToEnd([...strace, ...words])
    return { ...ended, calls: parseCalls(readFileSync(file, 'latin1')) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const unfinished = ' <unfinished ...>'

/** What strace wrote: a call that another one fell into stands in two lines, its beginning and its end. */
export function parseCalls(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = []
  const begun = new Map<string, Omit<SystemCall, 'until'>>()
  for (const [until, line] of text.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, ending] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? []
    if (ending !== undefined) {
      const start = begun.get(thread)
      if (start) calls.push({ ...start, words: start.words + ending, until })
      begun.delete(thread)
      continue
    }
    const [, name, words = ''] = /^(\w+)\((.*)$/.exec(rest) ?? []
    if (name === undefined) continue
    if (words.endsWith(unfinished))
      begun.set(thread, { thread, name, words: words.slice(0, -unfinished.length), from: until })
    else calls.push({ thread, name, words, from: until, until })
  }
  return calls
}

/**
 * Where a program is killed: so many points, evenly over all calls of all kinds (`most`: how often each comes), beginning
 * somewhere else with each seed. Each is a fault for `runWithFault`.
 */
export function killPoints(most: Readonly<Record<string, number>>, points: number, seed: number): readonly string[] {
  const all = Object.entries(most).flatMap(([call, n]) =>
    Array.from({ length: n }, (_, i) => `${call}:signal=SIGKILL:when=${i + 1}`),
  )
  return Array.from({ length: points }, (_, i) => all[Math.floor((i + (seed % 97) / 97) * (all.length / points))] ?? '')
}
