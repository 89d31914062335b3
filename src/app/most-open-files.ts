import { readFileSync } from 'node:fs'

/** How many files and sockets the system lets this process have open at once; undefined where it does not say. */
export function mostOpenFiles(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))
    return found ? Number(found[1]) : undefined
  } catch {
    return undefined
  }
}
