import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { childEnvironment, hauspostProgram } from './run-program.ts'

/** `hauspost serve` with exactly these words: for starts that may fail, and for ends that are looked at. */
export interface ServedProgram {
  readonly pid: number
  readonly out: () => string
  readonly complaints: () => string
  /** True at `ready`, false when it ended before. */
  readonly ready: Promise<boolean>
  /** The exit code, -1 for a signal. */
  readonly ended: Promise<number>
  readonly signal: (name: NodeJS.Signals) => void
}

const patience = 60_000

export function serveProgram(words: readonly string[], through: readonly string[] = []): ServedProgram {
  const [first = hauspostProgram, ...rest] = [...through, hauspostProgram, 'serve', ...words]
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: childEnvironment() })
  const late = setTimeout(() => child.kill('SIGKILL'), patience)
  let [out, complaints] = ['', '']
  const closed = once(child, 'close')
  const ready = new Promise<boolean>(resolve => {
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString('utf8')
      if (!/^ready$/m.test(out)) return
      clearTimeout(late)
      resolve(true)
    })
    child.once('close', () => resolve(false))
  })
  child.stderr.on('data', (bytes: Buffer) => {
    complaints += bytes.toString('utf8')
  })
  return {
    pid: child.pid ?? 0,
    out: () => out,
    complaints: () => complaints,
    ready,
    ended: closed.then(([code]) => {
      clearTimeout(late)
      return typeof code === 'number' ? code : -1
    }),
    signal: name => void child.kill(name),
  }
}

const logLine = /^\{"at":.*\}\n/gm

/** A start that should fail: its exit code, and what it said besides the lines of its log. */
export async function failedStart(
  words: readonly string[],
  through: readonly string[] = [],
): Promise<{ readonly code: number; readonly said: string }> {
  const server = serveProgram(words, through)
  if (await server.ready) {
    server.signal('SIGKILL')
    await server.ended
    throw new Error(`it started: serve ${words.join(' ')}`)
  }
  const code = await server.ended
  return { code, said: (server.out() + server.complaints()).replace(logLine, '') }
}
