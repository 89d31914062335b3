import assert from 'node:assert/strict'
import { Ledger } from './ledger.ts'
import { loadUntilGone, rigUsers, verify } from './mail-load.ts'
import { createUsers, findPortOffset, type RunningServer, startServer } from './server.ts'

/** Milliseconds in which a round's first letter has to be acknowledged. */
const patience = 10_000
const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

export type Breaking = {
  readonly data: string
  readonly times: number
  /** Milliseconds of load before each break, from the first letter that was acknowledged. */
  readonly loadFor: () => number
  /** Ends the server the hard way; resolves when it is gone. */
  readonly strike: (server: RunningServer, ledger: Ledger) => Promise<void>
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
      const before = ledger.acknowledged
      let left = false
      const load = loadUntilGone(server, ledger, counter).then(() => {
        left = true
      })
      for (const until = Date.now() + patience; ledger.acknowledged === before && Date.now() < until; ) await pause(10)
      await pause(breaking.loadFor())
      if (left) ledger.problems.push(`round ${round}: everybody who sent had left before the break`)
      await breaking.strike(server, ledger)
      await load
      ledger.powerGoes = false
      if (ledger.acknowledged === before) ledger.problems.push(`round ${round}: nothing was acknowledged`)
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
