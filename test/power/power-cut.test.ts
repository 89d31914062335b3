import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ledger } from '../kit/ledger.ts'
import { makeLoopDisk, skipWithoutLoopDisk } from '../kit/loop-disk.ts'
import { loadUntilGone, rigUsers, verify } from '../kit/mail-load.ts'
import { skipWithout } from '../kit/needs.ts'
import { seededRandom } from '../kit/random.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'

const cuts = Number(process.env.HAUSPOST_CUTS ?? 8)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)
const skip = skipWithout({ losetup: 'mount', 'mkfs.ext4': 'e2fsprogs', python3: 'python3' }) || skipWithoutLoopDisk()

/** Load, cut the power, take the disk out, put it back, start, look. */
async function cutOften(times: number, preload?: string): Promise<Ledger> {
  const disk = makeLoopDisk()
  const ledger = new Ledger()
  const counter = { next: 1 }
  const random = seededRandom(seed)
  const data = join(disk.folder, 'mail')
  try {
    mkdirSync(data)
    await createUsers(data, rigUsers)
    const portOffset = await findPortOffset()
    for (let round = 0; round < times && ledger.problems.length === 0; round++) {
      const server = await startServer({ data, portOffset, ...(preload ? { preload } : {}) })
      try {
        if (round > 0) await verify(server, ledger)
        const load = loadUntilGone(server, ledger, counter)
        await new Promise(resolve => setTimeout(resolve, 200 + random() * 900))
        disk.cutPower()
        await server.kill()
        await load
      } finally {
        await server.kill()
      }
      disk.powerOn()
    }
    if (ledger.problems.length > 0) return ledger
    try {
      const last = await startServer({ data, portOffset })
      try {
        await verify(last, ledger, true)
        if (ledger.problems.length === 0) assert.equal(await last.stop(), 0, last.said())
      } finally {
        await last.kill()
      }
    } catch (problem) {
      ledger.problems.push(`does not start after a power cut: ${(problem as Error).message}`)
    }
    return ledger
  } finally {
    disk.remove()
  }
}

test(`what was acknowledged survives ${cuts} power cuts, once and unchanged`, { skip, timeout: 300_000 }, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED)`)
  const ledger = await cutOften(cuts)
  t.diagnostic(`${ledger.acknowledged} letters acknowledged`)
  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.acknowledged > cuts * 5, `only ${ledger.acknowledged} letters were acknowledged`)
})

test('the rig notices a disk that lies about its flushes', { skip, timeout: 120_000 }, async () => {
  const fault = fileURLToPath(new URL('../kit/fault-no-flush.mjs', import.meta.url))
  const ledger = await cutOften(1, fault)
  assert.match(ledger.problems.join('\n'), /acknowledged and lost|does not start/)
})
