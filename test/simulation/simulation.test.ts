import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runToEnd } from '../kit/system-calls.ts'
import { planted } from './planted.ts'

const program = fileURLToPath(new URL('./run.ts', import.meta.url))
const skip = existsSync('/dev/shm') ? false : 'needs a disk in memory at /dev/shm'
/** In all. A million takes a quarter of an hour on two processors. */
const operations = Number(process.env.HAUSPOST_SIMULATED ?? 200_000)
/** The same history in every run, so that a change is what makes a difference; other seeds are for whoever looks for more. */
const seed = Number(process.env.HAUSPOST_SEED ?? 7)
const side = 2

interface Told {
  readonly operations: number
  readonly crashes?: number
  readonly hash?: number
  readonly rate?: number
  readonly broken?: string
  readonly where?: string
}

async function simulate(from: number, many: number, fault = ''): Promise<Told> {
  const { output, code } = await runToEnd([process.execPath, program, String(from), String(many), fault])
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  assert.ok(last.startsWith('{'), `ended with ${code}: node test/simulation/run.ts ${from} ${many} ${fault}`)
  return JSON.parse(last) as Told
}

test(`CR-03 CR-04 CR-07 CR-19 I1-I9 I12-I19 ${operations} operations and their crashes`, {
  skip,
  timeout: 60_000 + operations * 5,
}, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED), HAUSPOST_SIMULATED operations`)
  const each = Math.ceil(operations / side)
  const runs = await Promise.all(Array.from({ length: side }, (_, i) => simulate(seed + i * 1_000_000, each)))
  for (const run of runs) {
    t.diagnostic(JSON.stringify(run))
    assert.equal(run.broken, undefined, `${run.where}: ${run.broken}`)
  }
})

test('one seed is one history', { skip, timeout: 180_000 }, async () => {
  const [first, second, other] = await Promise.all([
    simulate(seed, 1_000),
    simulate(seed, 1_000),
    simulate(seed + 1, 1_000),
  ])
  assert.deepEqual([first.hash, first.crashes], [second.hash, second.crashes])
  assert.notEqual(first.hash, other.hash)
})

for (const fault of Object.keys(planted))
  test(`the simulation notices: ${fault}`, { skip, timeout: 120_000 }, async t => {
    const { broken, operations: needed } = await simulate(1, 12_000, fault)
    t.diagnostic(`after ${needed} operations`)
    assert.ok(broken, 'it was not noticed')
  })
