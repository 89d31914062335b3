import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a program printed, complained, and how it ended (-1: it was killed). */
export interface Told {
  readonly code: number
  readonly out: string
  readonly complaints: string
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly seconds?: number
}

export const hauspostProgram = fileURLToPath(new URL('../../bin/hauspost', import.meta.url))

/** The environment of a child: ours, without what would make Node's test runner of it, and plain in its language. */
export function childEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, HAUSPOST_DATA: __, ...env } = process.env
  return { ...env, LC_ALL: 'C.UTF-8', ...added }
}

/** Runs a program to its end; text is one byte a character. */
export function runProgram(
  program: string,
  words: readonly string[],
  { input, env, cwd, seconds = 60 }: RunOptions = {},
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: childEnvironment(env), ...(cwd === undefined ? {} : { cwd }) })
    const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    const heard: { out: Buffer[]; complaints: Buffer[] } = { out: [], complaints: [] }
    child.stdout.on('data', (bytes: Buffer) => heard.out.push(bytes))
    child.stderr.on('data', (bytes: Buffer) => heard.complaints.push(bytes))
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    child.on('error', problem => {
      clearTimeout(late)
      reject(problem)
    })
    child.on('close', code => {
      clearTimeout(late)
      const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('latin1')
      resolve({ code: code ?? -1, out: text(heard.out), complaints: text(heard.complaints) })
    })
  })
}

/** One command of the server's command line. */
export const hauspost = (...words: readonly string[]): Promise<Told> => runProgram(hauspostProgram, words)

/** What a program printed; that it ends well is taken for granted. */
export async function outputOf(program: string, words: readonly string[], options: RunOptions = {}): Promise<string> {
  const told = await runProgram(program, words, options)
  if (told.code !== 0) throw new Error(`${program} ended with ${told.code}: ${told.complaints}${told.out}`)
  return told.out
}
