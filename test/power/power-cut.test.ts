import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { breakOften } from '../kit/break-often.ts'
import type { Ledger } from '../kit/ledger.ts'
import { makeLoopDisk, skipWithoutLoopDisk } from '../kit/loop-disk.ts'
import { skipWithout } from '../kit/needs.ts'
import { seededRandom } from '../kit/random.ts'

const cuts = Number(process.env.HAUSPOST_CUTS ?? 8)
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
      strike: async server => {
        disk.cutPower()
        await server.kill()
      },
      mend: () => disk.powerOn(),
    })
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

const faults = {
  'no-flush': 'a disk that lies about its flushes',
  'synchronous-off': 'an index that is never synced',
  'synchronous-normal': 'an index that is synced at checkpoints only',
}

for (const [name, what] of Object.entries(faults)) {
  test(`the rig notices ${what}`, { skip, timeout: 300_000 }, async () => {
    const ledger = await cutOften(3, fileURLToPath(new URL(`../kit/fault-${name}.mjs`, import.meta.url)))
    assert.match(ledger.problems.join('\n'), /acknowledged and lost|does not start/)
  })
}
