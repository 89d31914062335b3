const spent = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of processor time that this thread's longest turn of the event loop took while the work was done. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let most = 0
  let before = spent()
  let isOver = false
  const look = (): void => {
    const now = spent()
    most = Math.max(most, now - before)
    before = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await work()
  isOver = true
  return most
}
