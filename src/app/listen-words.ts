import type { ListenFailure } from '#servers/listener'
import type { Door } from './doors.ts'

/** One line for whoever typed `hauspost serve`: what is wrong, and what to do about it. */
export function listenWords(door: Door, host: string, port: number, failure: ListenFailure): string {
  const where = `${host}:${port} (${door.name})`
  switch (failure) {
    case 'address-in-use':
      return `${where} is in use by another program: stop it, or move every port with --port-offset`
    case 'not-permitted':
      return `${where} may not be opened by this user: start as root, or move every port with --port-offset 10000`
    case 'no-such-address':
      return `${host} is no address of this machine: name another one with --bind`
  }
}
