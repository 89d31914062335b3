import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system in a file, whose power can be cut. */
export type LoopDisk = {
  readonly folder: string
  /**
   * Everything is ready to cut the power: what is given does it, at once, and resolves when nothing more reaches the disk,
   * the journal included. The load goes on meanwhile: a server that has nothing to do writes out what it has.
   */
  arm(): Promise<() => Promise<void>>
  /** The machine is on again: the journal is replayed. Every process must have left the folder. */
  powerOn(): void
  remove(): void
}

const run = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. */
const shutdown = `
import fcntl, os, struct, sys
print('armed', flush=True)
sys.stdin.readline()
folder = os.open(sys.argv[1], os.O_RDONLY)
fcntl.ioctl(folder, 0x8004587d, struct.pack('I', 2))
`

export function makeLoopDisk(megabytes = 512): LoopDisk {
  const home = mkdtempSync(join(tmpdir(), 'hauspost-disk-'))
  const image = join(home, 'image')
  const folder = join(home, 'mounted')
  let device = ''
  const off = (): void => {
    for (const undo of [() => run('umount', folder), () => device && run('losetup', '--detach', device)])
      try {
        undo()
      } catch {}
    rmSync(home, { recursive: true, force: true })
  }
  try {
    mkdirSync(folder)
    run('truncate', '--size', `${megabytes}M`, image)
    run('mkfs.ext4', '-q', '-F', image)
    device = run('losetup', '--find', '--show', image)
    run('mount', device, folder)
  } catch (problem) {
    off()
    throw problem
  }
  return {
    folder,
    arm: async () => {
      const python = spawn('python3', ['-c', shutdown, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
      const ended = once(python, 'close')
      await once(python.stdout, 'data')
      return async () => {
        python.stdin.end('now\n')
        const [code] = await ended
        if (code !== 0) throw new Error(`the power could not be cut: ${code}`)
      }
    },
    powerOn: () => {
      run('umount', folder)
      run('mount', device, folder)
    },
    remove: off,
  }
}

/** Why power cannot be cut here, or false. */
export function skipWithoutLoopDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'cutting power needs root on Linux'
  try {
    makeLoopDisk(32).remove()
    return false
  } catch (problem) {
    return `cutting power needs loop devices and ext4: ${(problem as Error).message.split('\n')[0]}`
  }
}
