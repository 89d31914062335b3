import { join } from 'node:path'
import { ok, type Result } from '#base/result'
import { restorable } from '#mail/admin'
import { serveAdmin } from '#servers/admin'
import { makeAdministration, makeKeptSince } from './administration.ts'
import { prepareDemo } from './demo.ts'
import { describeDemo } from './describe-demo.ts'
import { type OpenDoors, openDoors, wantedDoors } from './open-doors.ts'
import type { LiveRegistry } from './registry-file.ts'
import { revokingDirectory } from './revoking-directory.ts'
import { wire } from './wire.ts'
import { closeParts, type Parts } from './wire-parts.ts'

export interface OfficeNeeds {
  readonly data: string
  readonly host: string
  readonly portOffset: number
  readonly demo: boolean
  readonly registry: LiveRegistry
  readonly parts: Parts
}

export interface RunningOffice {
  /** What is printed before `ready`. */
  readonly greeting: string
  /** Ends what is under way, and closes the parts. */
  stop(): Promise<void>
}

/** A stop waits this long for transactions under way; service managers kill after ten seconds. */
const drainMilliseconds = 7_000
const wakeMilliseconds = 5_000
const hour = 3_600_000

/** Everything between the parts and the doors, which come last: nobody is let in before all stands. */
export async function openOffice(needs: OfficeNeeds): Promise<Result<RunningOffice, string>> {
  const { data, host, portOffset, registry, parts } = needs
  const { engine, hasher, certificates, settings, log } = parts
  const { contents, store, queue } = engine
  const office = wire(parts)
  const people = needs.demo ? await prepareDemo({ data, engine, hasher, intake: office.intake, registry }) : undefined
  if (people?.ok === false) return people
  if ((await office.route('postmaster')).to === 'nobody')
    log('warning', 'no-postmaster', { remedy: 'ucr set mail/alias/postmaster=ADDRESS' })
  const directory = revokingDirectory(engine.directory, office.revocations)
  const ask = makeAdministration({ directory, store, queue, hasher, registry, settings, log })
  const admin = await serveAdmin({
    path: join(data, 'run', 'admin.sock'),
    handle: request => ask(request.operation, request.arguments),
    log,
  })
  const closeOffice = async (): Promise<void> => {
    await office.dispatch.drain()
    await admin.close()
  }
  let open: Result<OpenDoors, string>
  try {
    // What an earlier run has left is listed before new letters can be among it.
    await office.dispatch.resume()
    const secureContext = certificates.current
    open = await openDoors({ host, portOffset, office, contents, store, settings, secureContext, log })
  } catch (error) {
    await closeOffice()
    throw error
  }
  if (!open.ok) {
    await closeOffice()
    return open
  }
  const { close } = open.value
  const wake = setInterval(() => office.dispatch.wake(), wakeMilliseconds)
  // Whose mail is gone for good is forgotten as well: the name and the password were kept for a return.
  const keptSince = makeKeptSince(settings)
  const forget = setInterval(() => void restorable({ directory, store, keptSince }).catch(() => {}), hour)
  const doors = wantedDoors(settings())
  return ok({
    greeting: people === undefined ? '' : describeDemo({ data, host, portOffset, doors, passwords: people.value }),
    async stop() {
      clearInterval(wake)
      clearInterval(forget)
      await close(drainMilliseconds)
      await closeOffice()
      await closeParts(parts)
    },
  })
}
