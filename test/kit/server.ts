import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../../bin/hauspost', import.meta.url))
const makeUsers = fileURLToPath(new URL('./make-users.ts', import.meta.url))
const host = '127.0.0.1'

/** The whole server as its users start it, in a process of its own. */
export type RunningServer = {
  readonly pid: number
  readonly host: string
  /** Where a standard port answers. */
  port(standard: number): number
  /** What it has said so far. */
  said(): string
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>
  /** SIGKILL to it and all its children: gone when this resolves. */
  kill(): Promise<void>
}

export type ServerOptions = {
  readonly data: string
  readonly portOffset: number
  readonly set?: Readonly<Record<string, string>>
  /** A module that its Node loads first; only rigs that plant faults use it. */
  readonly preload?: string
  readonly extra?: readonly string[]
  /** Runs it through another program, e.g. into an accounting group. */
  readonly through?: readonly string[]
}

/** No guard for passwords on loopback, no limit that a load meets first. */
export const loadSettings: Readonly<Record<string, string>> = {
  'mail/cyrus/auth/allowplaintext': 'yes',
  'mail/cyrus/imap/maxchilds': '20000',
}

const standardPorts = [25, 143, 465, 587, 993, 2003]
const readySeconds = 90
const endSeconds = 30

/** An offset at which no standard port is taken, and below the ports that the system gives to clients. */
export async function findPortOffset(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const offset = 11_000 + Math.floor(Math.random() * 19_000)
    const free = await Promise.all(standardPorts.map(port => isFree(port + offset)))
    if (free.every(Boolean)) return offset
  }
  throw new Error('no port offset is free')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  probe.listen(port, host)
  try {
    await once(probe, 'listening')
    return true
  } catch {
    return false
  } finally {
    probe.close()
  }
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const set = Object.entries({ ...loadSettings, ...options.set }).flatMap(([key, value]) => [
    '--set',
    `${key}=${value}`,
  ])
  const words = ['serve', '--data', options.data, '--bind', host, '--port-offset', String(options.portOffset), ...set]
  const [first = program, ...before] = [...(options.through ?? []), program]
  const preload = options.preload
    ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${options.preload}` }
    : {}
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  // Its own process group, so that a kill reaches every process of it at once.
  const child = spawn(first, [...before, ...words, ...(options.extra ?? [])], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...preload },
  })
  let said = ''
  const hear = (bytes: Uint8Array): void => {
    said = (said + Buffer.from(bytes).toString('utf8')).slice(-20_000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  await ready(child, () => said)
  const exited = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    host,
    port: standard => standard + options.portOffset,
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => killGroup(child), endSeconds * 1000)
      const [code] = await exited
      clearTimeout(late)
      return typeof code === 'number' ? code : -1
    },
    kill: async () => {
      killGroup(child)
      await exited
    },
  }
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function ready(child: ChildProcess, said: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (problem?: Error): void => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
      child.off('exit', gone)
      child.off('error', end)
      if (problem) {
        killGroup(child)
        reject(problem)
      } else resolve()
    }
    const look = (): void => {
      if (/^ready\b/m.test(said())) end()
    }
    const gone = (code: number | null): void =>
      end(new Error(`the server ended with ${code} before it was ready: ${said()}`))
    const timer = setTimeout(
      () => end(new Error(`the server is not ready after ${readySeconds} s: ${said()}`)),
      readySeconds * 1000,
    )
    child.stdout?.on('data', look)
    child.on('exit', gone)
    child.on('error', end)
  })
}

const execute = promisify(execFile)

/** A domain with so many users on a directory where no server runs; their names are in users.ts. */
export async function createUsers(data: string, count: number): Promise<void> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  await execute(process.execPath, [makeUsers, data, String(count)], { env })
}
