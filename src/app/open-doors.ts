import type { SecureContext } from 'node:tls'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import type { ContentStore, MailStore } from '#mail/store'
import { serveImap } from '#servers/imap'
import type { ListenFailure, ListenLimits } from '#servers/listener'
import { serveLmtp, serveSmtp } from '#servers/smtp'
import { doorLimits, imapSettings, smtpSettings } from './door-settings.ts'
import { type Door, doors } from './doors.ts'
import { listenWords } from './listen-words.ts'
import { mostOpenFiles } from './most-open-files.ts'
import type { ServerSettings } from './settings.ts'
import { systemClock } from './system-clock.ts'
import type { PostOffice } from './wire.ts'

export interface DoorNeeds {
  readonly host: string
  readonly portOffset: number
  readonly office: PostOffice
  readonly contents: ContentStore
  readonly store: MailStore
  readonly settings: () => ServerSettings
  readonly secureContext: () => SecureContext
  readonly log: Log
}

interface Closable {
  close(deadlineMilliseconds: number): Promise<void>
}

export type OpenDoors = Closable

const loopback = '127.0.0.1'
export const hostOf = (door: Door, host: string): string => (door.loopback ? loopback : host)

/** The doors that are open at all, by the settings of the start. */
export const wantedDoors = (settings: ServerSettings): readonly Door[] =>
  doors.filter(door => door.speaks !== 'imap' || settings.imap)

/** All or none: one port that cannot be had closes the others again, and is named. */
export async function openDoors(needs: DoorNeeds): Promise<Result<OpenDoors, string>> {
  const opened: Closable[] = []
  const limits = doorLimits(needs.settings, mostOpenFiles())
  const close = async (deadline: number): Promise<void> => {
    await Promise.all(opened.map(each => each.close(deadline)))
  }
  try {
    for (const door of wantedDoors(needs.settings())) {
      const result = await openDoor(needs, door, limits[door.speaks])
      if (!result.ok) {
        await close(0)
        return fail(listenWords(door, hostOf(door, needs.host), door.port + needs.portOffset, result.failure))
      }
      opened.push(result.value)
    }
  } catch (error) {
    await close(0)
    throw error
  }
  return ok({ close })
}

function openDoor(needs: DoorNeeds, door: Door, limits: ListenLimits): Promise<Result<Closable, ListenFailure>> {
  const { office, contents, store, settings, secureContext, log } = needs
  const place = { host: hostOf(door, needs.host), port: door.port + needs.portOffset, implicitTls: door.tls }
  if (door.speaks === 'imap') {
    return serveImap({
      listening: [place],
      secureContext,
      limits,
      settings: imapSettings(settings),
      store,
      contents,
      authenticate: office.authenticate,
      revocations: office.revocations,
      log,
      clock: systemClock,
    })
  }
  const shared = {
    ...place,
    secureContext,
    limits,
    settings: smtpSettings(settings),
    intake: office.intake,
    contents,
    log,
  }
  return door.speaks === 'lmtp'
    ? serveLmtp(shared)
    : serveSmtp({
        ...shared,
        door: door.speaks,
        authenticate: office.authenticate,
        revocations: office.revocations,
      })
}
