import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'

/** Counts the CPU time of a server: all its threads and processes, those that have ended included. */
export type CpuAccount = {
  /** A command prefix that starts a program inside the account. */
  readonly through: readonly string[]
  /** Milliseconds so far. */
  milliseconds(): number
  /** The processes that are in it now. */
  pids(): number[]
  close(): void
}

/** Where cgroups of version 1 (cpuacct) or 2 can be made; undefined without root. */
function accountFolder(name: string): string | undefined {
  const v1 = '/sys/fs/cgroup/cpuacct'
  const base = existsSync(v1) ? v1 : existsSync('/sys/fs/cgroup/cgroup.procs') ? '/sys/fs/cgroup' : undefined
  if (base === undefined) return undefined
  try {
    const folder = `${base}/hauspost-bench-${name}-${process.pid}`
    mkdirSync(folder)
    return folder
  } catch {
    return undefined
  }
}

const read = (file: string): string => readFileSync(file, 'utf8')

export function openCpuAccount(name: string): CpuAccount {
  const folder = accountFolder(name)
  if (folder === undefined) throw new Error('CPU is counted by cgroups: run as root')
  const v1 = `${folder}/cpuacct.usage`
  const pids = (): number[] => read(`${folder}/cgroup.procs`).split('\n').filter(Boolean).map(Number)
  return {
    through: ['/bin/sh', '-c', `echo $$ > ${folder}/cgroup.procs; exec "$@"`, 'sh'],
    milliseconds: () =>
      existsSync(v1) ? Number(read(v1)) / 1e6 : Number(/usage_usec (\d+)/.exec(read(`${folder}/cpu.stat`))?.[1]) / 1e3,
    pids,
    close: () => {
      try {
        rmdirSync(folder)
      } catch {
        // Something still runs in it: the kernel keeps it, and it costs nothing.
      }
    },
  }
}

/** Private memory of all processes of an account, in bytes. */
export function privateBytes(account: CpuAccount): number {
  let kibibytes = 0
  for (const pid of account.pids())
    try {
      for (const [, size] of read(`/proc/${pid}/smaps_rollup`).matchAll(/^Private_(?:Clean|Dirty): +(\d+)/gm))
        kibibytes += Number(size)
    } catch {
      // It has ended meanwhile.
    }
  return kibibytes * 1024
}

/** What the kernel has given to sockets and its own tables: the other half of a connection's price. */
export function machineBytes(): number {
  const available = /MemAvailable: +(\d+)/.exec(read('/proc/meminfo'))?.[1]
  return Number(available) * 1024
}

export const processorCount = readdirSync('/sys/devices/system/cpu').filter(name => /^cpu\d+$/.test(name)).length
