/** Milliseconds of processor time this process has used: what a time bound is held against on a busy machine. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
