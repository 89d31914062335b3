import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '#base/log'
import { serveAdmin } from '#servers/admin'
import { makeAdministration } from './administration.ts'
import { prepareDemo } from './demo.ts'
import { describeDemo } from './describe-demo.ts'
import { findBusyPort } from './find-busy-port.ts'
import { makeLog } from './log.ts'
import { openDoors } from './open-doors.ts'
import { openRegistry } from './registry-file.ts'
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
const loopback = '127.0.0.1'
/** IPv6 and IPv4 alike. */
const everywhere = '::'

/** Runs the server until it is told to end; the exit code. Whatever fails before `ready` is told in one line. */
export async function runServer(options: ServeOptions): Promise<number> {
  const { data, portOffset } = options
  const host = options.bind ?? (options.demo ? loopback : everywhere)
  const log = makeLog(options.demo ? 'warning' : 'info')
  const registry = openRegistry(data, options.set)
  if (!registry.ok) return refuse(registry.failure.join('; '))
  const settings = makeSettings(registry.value.current)

  // Before a new directory is made: a busy port must leave nothing behind. An old one is asked for its lock first.
  if (!existsSync(data)) {
    const busy = await findBusyPort(settings(), host, portOffset)
    if (busy !== undefined) return refuse(busy)
  }
  const parts = await openParts({ data, settings, catchOutbound: options.demo, log, onFatal: endAtOnce(data, log) })
  if (!parts.ok) return refuse(parts.failure)
  const { engine, hasher, certificates } = parts.value
  const office = wire(parts.value)
  const { contents, store, directory, queue } = engine
  const passwords = options.demo ? await prepareDemo(data, engine, hasher, office.intake) : undefined

  const open = await openDoors({
    host,
    portOffset,
    office,
    contents,
    store,
    settings,
    secureContext: certificates.current,
    log,
  })
  if (!open.ok) {
    await hasher.close()
    await engine.close()
    return refuse(open.failure)
  }
  const ask = makeAdministration({ directory, store, queue, hasher, registry: registry.value, settings, log })
  const admin = await serveAdmin({
    path: join(data, 'run', 'admin.sock'),
    handle: request => ask(request.operation, request.arguments),
    log,
  })
  await office.dispatch.resume()
  const wake = setInterval(() => office.dispatch.wake(), wakeMilliseconds)

  const toldToEnd = untilToldToEnd(() => {
    for (const fault of registry.value.reload()) log('error', 'registry-fault', { fault })
  })
  if (passwords) process.stdout.write(describeDemo(data, host, portOffset, passwords))
  process.stdout.write('ready\n')
  log('info', 'ready', { data, host, pid: process.pid })

  await toldToEnd
  log('info', 'ending')
  clearInterval(wake)
  await open.value.close(drainMilliseconds)
  await office.dispatch.drain()
  await admin.close()
  await hasher.close()
  await engine.close()
  return 0
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
