import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ledger } from '../kit/ledger.ts'
import { loadUntilGone, rigUsers, verify } from '../kit/mail-load.ts'
import { seededRandom } from '../kit/random.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'

const kills = Number(process.env.HAUSPOST_KILLS ?? 50)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)

/** Load, kill at a random moment, start again on the same folder, look: as often as asked. */
async function killOften(times: number, preload?: string): Promise<Ledger> {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-kill-'))
  const ledger = new Ledger()
  const counter = { next: 1 }
  const random = seededRandom(seed)
  try {
    await createUsers(data, rigUsers)
    const portOffset = await findPortOffset()
    for (let round = 0; round < times && ledger.problems.length === 0; round++) {
      const server = await startServer({ data, portOffset, ...(preload ? { preload } : {}) })
      try {
        if (round > 0) await verify(server, ledger)
        const load = loadUntilGone(server, ledger, counter)
        await new Promise(resolve => setTimeout(resolve, 50 + random() * 700))
        await server.kill()
        await load
      } finally {
        await server.kill()
      }
    }
    const last = await startServer({ data, portOffset })
    try {
      if (ledger.problems.length === 0) await verify(last, ledger, true)
      assert.equal(await last.stop(), 0, last.said())
    } finally {
      await last.kill()
    }
    return ledger
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

test(`what was acknowledged survives ${kills} kills, once and unchanged`, { timeout: 600_000 }, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED)`)
  const ledger = await killOften(kills)
  t.diagnostic(`${ledger.acknowledged} letters acknowledged`)
  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.acknowledged > kills * 5, `only ${ledger.acknowledged} letters were acknowledged`)
})

test('the rig notices a server whose writes come after its answers', { timeout: 120_000 }, async () => {
  const fault = fileURLToPath(new URL('../kit/fault-late-write.mjs', import.meta.url))
  const ledger = await killOften(6, fault)
  assert.match(ledger.problems.join('\n'), /acknowledged and lost/)
})
