import { existsSync, statfs, statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/** Knows about how much space is left, without asking the disk for each letter. */
export interface SpaceWatch {
  /** Is there room for this much, and the reserve besides? Counts it as used. */
  fits(bytes: number): boolean
}

/** Kept free for flags, deletions and the databases' own work: what is there can be used when nothing more fits. */
export const defaultReserve = 64 * 1024 * 1024
const looksAgainAfter = 1_000

const freeIn = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Bytes that are free where a folder is, or will be. */
export function freeSpace(folder: string): number {
  let place = folder
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place)
  return freeIn(place)
}

export function watchSpace(folder: string, reserve = defaultReserve, now = () => performance.now()): SpaceWatch {
  let free = freeIn(folder)
  let looked = now()
  let looking = false

  const look = (): void => {
    looking = true
    statfs(folder, (error, found) => {
      looking = false
      looked = now()
      if (!error) free = found.bavail * found.bsize
    })
  }

  /** Nobody is refused for what was true a while ago. */
  const lookAtOnce = (): void => {
    free = freeIn(folder)
    looked = now()
  }

  return {
    fits(bytes) {
      const isOld = now() - looked >= looksAgainAfter
      if (free - bytes < reserve) {
        if (isOld) lookAtOnce()
        if (free - bytes < reserve) return false
      } else if (isOld && !looking) look()
      free -= bytes
      return true
    },
  }
}
