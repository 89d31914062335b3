import { networkInterfaces } from 'node:os'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { findBusyPort } from './find-busy-port.ts'
import { makeLog } from './log.ts'
import { openOffice, type RunningOffice } from './open-office.ts'
import { type LiveRegistry, openRegistry } from './registry-file.ts'
import { makeSettings } from './settings.ts'
import { makeSteadyWriter } from './steady-writer.ts'
import { startWatchdog } from './watchdog.ts'
import { closeParts, findHolder, openParts } from './wire-parts.ts'

export interface ServeOptions {
  readonly data: string
  readonly bind?: string
  readonly portOffset: number
  /** Variables for this run, stronger than the registry. */
  readonly set: Readonly<Record<string, string>>
  readonly demo: boolean
}

/** Runs the server until it is told to end. Whatever fails before `ready` is told in one line. */
export async function runServer(options: ServeOptions): Promise<Result<void, string>> {
  neverWaitForReaders()
  const log = makeLog(options.demo ? 'warning' : 'info')
  const registry = openRegistry(options.data, options.set)
  if (!registry.ok) return fail(registry.failure.join('; '))
  // Also while it starts: whoever is told of a change before `ready` must not end for it.
  process.on('SIGHUP', () => {
    for (const fault of registry.value.reload()) log('error', 'registry-fault', { fault })
  })
  const started = await startServer(options, registry.value, log)
  if (!started.ok) return started
  const toldToEnd = untilToldToEnd()
  makeSteadyWriter(1)(`${started.value.greeting}ready\n`)
  log('info', 'ready', { data: options.data, pid: process.pid })
  const watchdog = startWatchdog(log)
  await toldToEnd
  log('info', 'ending')
  await started.value.stop()
  await watchdog.stop()
  return ok(undefined)
}

/** Everything that may say no is asked before anything is made or changed: the directory first, then the ports. */
async function startServer(
  options: ServeOptions,
  registry: LiveRegistry,
  log: Log,
): Promise<Result<RunningOffice, string>> {
  const { data, portOffset, demo } = options
  const host = options.bind ?? (demo ? loopback : everywhere())
  const settings = makeSettings(registry.current)
  const held = findHolder(data)
  if (held !== undefined) return fail(held)
  const busy = await findBusyPort(settings(), host, portOffset)
  if (busy !== undefined) return fail(busy)
  const parts = await openParts({ data, settings, catchOutbound: demo, log, onFatal: endAtOnce(data, log) })
  if (!parts.ok) return parts
  // Whoever had the directory before us may have changed something after we first looked.
  for (const fault of registry.reload()) log('error', 'registry-fault', { fault })
  try {
    const office = await openOffice({ data, host, portOffset, demo, registry, parts: parts.value })
    if (!office.ok) await closeParts(parts.value)
    return office
  } catch (error) {
    await closeParts(parts.value)
    throw error
  }
}

const loopback = '127.0.0.1'

/** IPv6 and IPv4 alike, where this machine has both. */
function everywhere(): string {
  const addresses = Object.values(networkInterfaces()).flat()
  return addresses.some(address => address?.family === 'IPv6') ? '::' : '0.0.0.0'
}

/**
 * Node opens its streams so that a full pipe refuses instead of holding up the whole server; and when a reader has
 * gone, that is no error of ours.
 */
function neverWaitForReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** A disk that failed once may have lost what it said it had kept: nothing may be answered any more. */
const endAtOnce =
  (data: string, log: Log) =>
  (error: Error): never => {
    log('error', 'store-failed', { reason: error.message })
    makeSteadyWriter(2)(
      `hauspost: the disk of ${data} failed (${error.message}): nothing more is accepted; start again when it is sound\n`,
    )
    process.exit(1)
  }

/** SIGTERM and Ctrl-C. */
function untilToldToEnd(): Promise<void> {
  return new Promise(resolve => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}
