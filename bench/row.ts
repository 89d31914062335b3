import type { Target } from './target.ts'

/** What one run of a row cost. */
export type Sample = {
  readonly milliseconds: number
  /** How many letters, commands or logins were done. */
  readonly units: number
  readonly serverCpu: number
  readonly clientCpu: number
  /** Figures of this row alone, e.g. latencies in milliseconds. */
  readonly extra?: Readonly<Record<string, number>>
}

/** A line of the table. `prepare` is not measured and its outcome is handed to `run`. */
export type Row = {
  readonly name: string
  /** `rate`: units a second; `time`: milliseconds for the whole; `extra`: only its own figures count. */
  readonly shows: 'rate' | 'time' | 'extra'
  measure(target: Target): Promise<Sample>
}

/** Measures what happens in this process: the load's CPU is ours, the server's is its account's. */
export async function timed(target: Target, units: number, act: () => Promise<unknown>): Promise<Sample> {
  const serverBefore = target.account.milliseconds()
  const clientBefore = process.cpuUsage()
  const start = performance.now()
  await act()
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(clientBefore)
  const serverCpu = target.account.milliseconds() - serverBefore
  return { milliseconds, units, serverCpu, clientCpu: (user + system) / 1000 }
}

/** Does something `count` times, `width` at a time. */
export async function inParallel(
  width: number,
  count: number,
  act: (index: number, lane: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async (number: number): Promise<void> => {
    while (next < count) await act(next++, number)
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, (_, number) => lane(number)))
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}
