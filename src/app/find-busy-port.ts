import { createServer } from 'node:net'
import type { ListenFailure } from '#servers/listener'
import { listenWords } from './listen-words.ts'
import { hostOf, wantedDoors } from './open-doors.ts'
import type { ServerSettings } from './settings.ts'

const failures: Readonly<Record<string, ListenFailure>> = {
  EADDRINUSE: 'address-in-use',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
}

/** Could this port be opened now? */
function probePort(host: string, port: number): Promise<ListenFailure | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(failures[error.code ?? ''] ?? 'no-such-address'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** The words about the first port that cannot be had, asked before anything is made on disk. */
export async function findBusyPort(
  settings: ServerSettings,
  host: string,
  portOffset: number,
): Promise<string | undefined> {
  for (const door of wantedDoors(settings)) {
    const where = hostOf(door, host)
    const failure = await probePort(where, door.port + portOffset)
    if (failure !== undefined) return listenWords(door, where, door.port + portOffset, failure)
  }
  return undefined
}
