import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { breakOften } from '../kit/break-often.ts'
import type { Ledger } from '../kit/ledger.ts'
import { seededRandom } from '../kit/random.ts'

const kills = Number(process.env.HAUSPOST_KILLS ?? 50)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)

async function killOften(times: number, fault?: string): Promise<Ledger> {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-kill-'))
  const random = seededRandom(seed)
  try {
    return await breakOften({
      data: join(folder, 'mail'),
      times,
      fault,
      loadFor: () => 50 + random() * 700,
      strike: server => server.kill(),
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test(`what was acknowledged survives ${kills} kills, once and unchanged`, { timeout: 600_000 }, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED)`)
  const ledger = await killOften(kills)
  t.diagnostic(`${ledger.acknowledged} letters acknowledged`)
  t.diagnostic(`${ledger.work.acknowledged} flags, copies, moves and expunges`)
  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.work.acknowledged > kills, 'nobody worked on what is there')
  assert.ok(ledger.acknowledged > kills * 5, `only ${ledger.acknowledged} letters were acknowledged`)
})

const faults = {
  'late-write': 'whose contents come after its answers',
  'late-commit': 'whose index is written after its answers',
}

for (const [name, what] of Object.entries(faults)) {
  test(`the rig notices a server ${what}`, { timeout: 300_000 }, async () => {
    const ledger = await killOften(6, fileURLToPath(new URL(`../kit/fault-${name}.mjs`, import.meta.url)))
    assert.ok(ledger.acknowledged > 0, `it never worked: ${ledger.problems.join()}`)
    assert.match(ledger.problems.join('\n'), /acknowledged and lost|does not start/)
  })
}
