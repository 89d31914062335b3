import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { breakOften } from '../kit/break-often.ts'
import { killThenCut } from '../kit/kill-then-cut.ts'
import type { Ledger } from '../kit/ledger.ts'
import { makeLoopDisk, skipWithoutLoopDisk } from '../kit/loop-disk.ts'
import { skipWithout } from '../kit/needs.ts'
import { seededRandom } from '../kit/random.ts'

const cuts = Number(process.env.HAUSPOST_CUTS ?? 50)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)
const skip = skipWithout({ losetup: 'mount', 'mkfs.ext4': 'e2fsprogs', python3: 'python3' }) || skipWithoutLoopDisk()

/** The power goes first; the server is ended because a machine without power would have ended it. */
async function cutOften(times: number, fault?: string): Promise<Ledger> {
  const disk = makeLoopDisk()
  const random = seededRandom(seed)
  try {
    return await breakOften({
      data: join(disk.folder, 'mail'),
      times,
      fault,
      loadFor: () => 200 + random() * 900,
      strike: async (server, ledger) => {
        const cut = await disk.arm()
        ledger.powerGoes = true
        await cut()
        await server.kill()
      },
      mend: () => disk.powerOn(),
    })
  } finally {
    disk.remove()
  }
}

test(`what was acknowledged survives ${cuts} power cuts, once and unchanged`, {
  skip,
  timeout: 60_000 + cuts * 15_000,
}, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED)`)
  const ledger = await cutOften(cuts)
  t.diagnostic(`${ledger.acknowledged} letters acknowledged, and ${ledger.doubted.length} while the power went`)
  t.diagnostic(`${ledger.doubtedAndMissing} of those are not there`)
  t.diagnostic(`${ledger.work.acknowledged} flags, copies, moves and expunges`)
  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.work.acknowledged > cuts, 'nobody worked on what is there')
  assert.ok(ledger.acknowledged > cuts * 5, `only ${ledger.acknowledged} letters were acknowledged`)
})

const faults = {
  'no-flush': 'a disk that lies about its flushes',
  'synchronous-off': 'an index that is never synced',
  'synchronous-normal': 'an index that is synced at checkpoints only',
}

for (const [name, what] of Object.entries(faults)) {
  test(`the rig notices ${what}`, { skip, timeout: 300_000 }, async () => {
    const ledger = await cutOften(3, fileURLToPath(new URL(`../kit/fault-${name}.mjs`, import.meta.url)))
    assert.ok(ledger.acknowledged > 0, `it never worked: ${ledger.problems.join()}`)
    assert.match(ledger.problems.join('\n'), /acknowledged and lost|does not start/)
  })
}

async function killAndCut(times: number, fault?: string): Promise<Ledger> {
  const disk = makeLoopDisk()
  try {
    return await killThenCut(join(disk.folder, 'mail'), disk, times, fault)
  } finally {
    disk.remove()
  }
}

test('CR-01 CR-02 I12 what a start found and showed survives the next power cut', {
  skip,
  timeout: 120_000,
}, async () => {
  const ledger = await killAndCut(2)
  assert.deepEqual(ledger.problems, [])
  assert.ok(ledger.acknowledged > 10, `only ${ledger.acknowledged} letters were acknowledged`)
})

test('the rig notices a start that shows what is not on the disk', { skip, timeout: 120_000 }, async () => {
  const fault = fileURLToPath(new URL('../kit/fault-trusting-start.mjs', import.meta.url))
  const ledger = await killAndCut(2, fault)
  assert.ok(ledger.acknowledged > 0, `it never worked: ${ledger.problems.join()}`)
  assert.match(ledger.problems.join('\n'), /acknowledged and lost|is gone|was letter|does not start/)
})
