import assert from 'node:assert/strict'
import { Ledger } from './ledger.ts'
import { loadUntilGone, rigUsers, verify } from './mail-load.ts'
import { createUsers, findPortOffset, type RunningServer, startServer } from './server.ts'

export type Breaking = {
  readonly data: string
  readonly times: number
  /** Milliseconds of load before each break. */
  readonly loadFor: () => number
  /** Ends the server the hard way; resolves when it is gone. */
  readonly strike: (server: RunningServer) => Promise<void>
  /** What has to be done before the server can start again. */
  readonly mend?: () => void
  /** A module that plants a fault. */
  readonly fault?: string | undefined
}

/** Load, break, start again on the same folder, look: as often as asked, or until something is wrong. */
export async function breakOften(breaking: Breaking): Promise<Ledger> {
  const { data, times, fault } = breaking
  const ledger = new Ledger()
  const counter = { next: 1 }
  await createUsers(data, rigUsers)
  const portOffset = await findPortOffset()
  const start = async (preload?: string): Promise<RunningServer | undefined> => {
    try {
      return await startServer({ data, portOffset, ...(preload ? { preload } : {}) })
    } catch (problem) {
      ledger.problems.push(`does not start: ${(problem as Error).message}`)
      return undefined
    }
  }
  for (let round = 0; round < times; round++) {
    const server = await start(fault)
    if (!server) return ledger
    try {
      if (round > 0) await verify(server, ledger)
      if (ledger.problems.length > 0) return ledger
      const load = loadUntilGone(server, ledger, counter)
      await new Promise(resolve => setTimeout(resolve, breaking.loadFor()))
      await breaking.strike(server)
      await load
    } finally {
      await server.kill()
      breaking.mend?.()
    }
  }
  const last = await start()
  if (!last) return ledger
  try {
    await verify(last, ledger, true)
    if (ledger.problems.length === 0) assert.equal(await last.stop(), 0, last.said())
  } finally {
    await last.kill()
  }
  return ledger
}
