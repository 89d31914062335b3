import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { skipWithout } from './needs.ts'

export interface SmallDisk {
  readonly folder: string
  readonly remove: () => void
}

/** Only root may mount, and in some containers not even root. */
export function skipWithoutMounting(): string | false {
  const missing = skipWithout({ mount: 'mount' })
  if (missing) return missing
  try {
    makeSmallDisk('64k').remove()
    return false
  } catch {
    return 'a disk cannot be mounted here'
  }
}

/** A disk in memory of that size, as mount(8) writes it. */
export function makeSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-small-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch (problem) {
    remove()
    throw problem
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
      remove()
    },
  }
}
