import { fileURLToPath } from 'node:url'
import { Ledger } from './ledger.ts'
import type { LoopDisk } from './loop-disk.ts'
import { rigUsers, sendSingly, verify } from './mail-load.ts'
import { createUsers, findPortOffset, startServer } from './server.ts'

const killBeforeSync = fileURLToPath(new URL('./kill-before-sync.mjs', import.meta.url))

/**
 * A server that dies between writing and syncing, another that shows what it finds, and then no power: what was seen must
 * be there when the power is back. Nothing is sent to the second one, since the next write would sync what is before it.
 */
export async function killThenCut(data: string, disk: LoopDisk, times: number, fault?: string): Promise<Ledger> {
  const ledger = new Ledger()
  const counter = { next: 1 }
  await createUsers(data, rigUsers)
  const portOffset = await findPortOffset()
  for (let round = 0; round < times && ledger.problems.length === 0; round++) {
    const dying = await startServer({ data, portOffset, preload: killBeforeSync })
    try {
      await sendSingly(dying, ledger, counter)
    } finally {
      await dying.kill()
    }
    const showing = await startServer({ data, portOffset, ...(fault ? { preload: fault } : {}) })
    try {
      await verify(showing, ledger)
      await (await disk.arm())()
    } finally {
      await showing.kill()
      disk.powerOn()
    }
    const last = await startServer({ data, portOffset }).catch((problem: Error) => problem)
    if (last instanceof Error) {
      ledger.problems.push(`does not start: ${last.message}`)
      return ledger
    }
    try {
      await verify(last, ledger, true)
    } finally {
      await last.kill()
    }
  }
  return ledger
}
