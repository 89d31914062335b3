import type { OpenFailure } from '#adapters/embedded'

/** One line for whoever wanted to open a data directory: what is wrong, and what to do about it. */
export function openFailureWords(directory: string, failure: OpenFailure): string {
  switch (failure.kind) {
    case 'locked':
      return `${directory} is in use by another server${failure.pid === undefined ? '' : ` (pid ${failure.pid})`}: stop that one first, or name another directory with --data`
    case 'newer-version':
      return `${directory} was written by a newer version of Hauspost (format ${failure.found}, this program knows ${failure.known}): start that version`
    case 'missing':
      return `there is no data directory ${directory}: 'hauspost serve --data ${directory}' makes one`
    case 'not-a-data-directory':
      return `${directory} is not a data directory (${failure.what}): name an empty or a new one with --data`
    case 'unreadable':
      return `${failure.path} cannot be used (${failure.errno}): check its owner, its mode and its disk`
    case 'full':
      return `the disk of ${directory} is full, or has less than the 64 MiB that are kept free: free some space and start again`
    case 'damaged':
      return `${directory} is damaged (${failure.what}): it was not opened; restore all of it from a backup of one moment`
  }
}
