import { statfs, statfsSync } from 'node:fs'

/** Knows about how much space is left, without asking the disk for each letter. */
export interface SpaceWatch {
  /** Is there room for this much, and the reserve besides? Counts it as used. */
  fits(bytes: number): boolean
}

/** Kept free for flags, deletions and the databases' own work: what is there can be used when nothing more fits. */
export const defaultReserve = 64 * 1024 * 1024
const looksAgainAfter = 1_000

export function watchSpace(folder: string, reserve = defaultReserve, now: () => number = Date.now): SpaceWatch {
  const first = statfsSync(folder)
  let free = first.bavail * first.bsize
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

  return {
    fits(bytes) {
      if (!looking && now() - looked >= looksAgainAfter) look()
      if (free - bytes < reserve) return false
      free -= bytes
      return true
    },
  }
}
