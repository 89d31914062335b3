import { readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { serveAdmin } from '#servers/admin'
import { makeAdministration } from './administration.ts'
import { prepareDemo } from './demo.ts'
import { describeDemo } from './describe-demo.ts'
import { findBusyPort } from './find-busy-port.ts'
import { makeLog } from './log.ts'
import { openDoors } from './open-doors.ts'
import { type LiveRegistry, openRegistry } from './registry-file.ts'
import { revokingDirectory } from './revoking-directory.ts'
import { makeSettings } from './settings.ts'
import { wire } from './wire.ts'
import { openParts } from './wire-parts.ts'

export interface ServeOptions {
  readonly data: string
  readonly bind?: string
  readonly portOffset: number
  /** Variables for this run, stronger than the registry. */
  readonly set: Readonly<Record<string, string>>
  readonly demo: boolean
}

/** A stop waits this long for transactions under way; service managers kill after ten seconds. */
const drainMilliseconds = 7_000
const wakeMilliseconds = 5_000

/** Runs the server until it is told to end; the exit code. Whatever fails before `ready` is told in one line. */
export async function runServer(options: ServeOptions): Promise<number> {
  const log = makeLog(options.demo ? 'warning' : 'info')
  const registry = openRegistry(options.data, options.set)
  if (!registry.ok) return refuse(registry.failure.join('; '))
  const started = await startServer(options, registry.value, log)
  if (!started.ok) return refuse(started.failure)
  const toldToEnd = untilToldToEnd(() => {
    for (const fault of registry.value.reload()) log('error', 'registry-fault', { fault })
  })
  process.stdout.write(`${started.value.greeting}ready\n`)
  log('info', 'ready', { data: options.data, pid: process.pid })
  await toldToEnd
  log('info', 'ending')
  await started.value.stop()
  return 0
}

interface Running {
  /** What is printed before `ready`. */
  readonly greeting: string
  stop(): Promise<void>
}

async function startServer(options: ServeOptions, registry: LiveRegistry, log: Log): Promise<Result<Running, string>> {
  const { data, portOffset, demo } = options
  const host = options.bind ?? (demo ? loopback : everywhere())
  const settings = makeSettings(registry.current)

  // Before anything is made: a busy port must leave nothing behind. A directory in use is asked for its lock first.
  if (isUnused(data)) {
    const busy = await findBusyPort(settings(), host, portOffset)
    if (busy !== undefined) return fail(busy)
  }
  const parts = await openParts({ data, settings, catchOutbound: demo, log, onFatal: endAtOnce(data, log) })
  if (!parts.ok) return parts
  const { engine, hasher, certificates } = parts.value
  const closeParts = async (): Promise<void> => {
    await hasher.close()
    await engine.close()
  }
  const office = wire(parts.value)
  const { contents, store, queue } = engine
  const people = demo ? await prepareDemo(data, engine, hasher, office.intake) : undefined
  const secureContext = certificates.current
  const open = await (people?.ok === false
    ? people
    : openDoors({ host, portOffset, office, contents, store, settings, secureContext, log }))
  if (!open.ok) {
    await closeParts()
    return open
  }
  const directory = revokingDirectory(engine.directory, office.revocations)
  const ask = makeAdministration({ directory, store, queue, hasher, registry, settings, log })
  const admin = await serveAdmin({
    path: join(data, 'run', 'admin.sock'),
    handle: request => ask(request.operation, request.arguments),
    log,
  })
  await office.dispatch.resume()
  const wake = setInterval(() => office.dispatch.wake(), wakeMilliseconds)

  return ok({
    greeting: people?.ok ? describeDemo(data, host, portOffset, people.value) : '',
    async stop() {
      clearInterval(wake)
      await open.value.close(drainMilliseconds)
      await office.dispatch.drain()
      await admin.close()
      await closeParts()
    },
  })
}

/** Not there, or empty: nothing of a store would be disturbed by asking for the ports first. */
const isUnused = (directory: string): boolean => {
  try {
    return readdirSync(directory).length === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

const loopback = '127.0.0.1'

/** IPv6 and IPv4 alike, where this machine has both. */
function everywhere(): string {
  const addresses = Object.values(networkInterfaces()).flat()
  return addresses.some(address => address?.family === 'IPv6') ? '::' : '0.0.0.0'
}

/** A disk that failed once may have lost what it said it had kept: nothing may be answered any more. */
const endAtOnce =
  (data: string, log: Log) =>
  (error: Error): never => {
    log('error', 'store-failed', { reason: error.message })
    process.stderr.write(
      `hauspost: the disk of ${data} failed (${error.message}): nothing more is accepted; start again when it is sound\n`,
    )
    process.exit(1)
  }

function refuse(words: string): number {
  process.stderr.write(`hauspost: ${words}\n`)
  return 1
}

/** SIGTERM and Ctrl-C end the server; SIGHUP has the registry read again. */
function untilToldToEnd(reload: () => void): Promise<void> {
  process.on('SIGHUP', reload)
  return new Promise(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}
