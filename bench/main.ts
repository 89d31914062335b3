/**
 * `npm run bench [-- part-of-a-name...] [-- --peers] [--only-peers] [--repeat N] [--scale F] [--json FILE] [--set key=value]`
 * Every row is measured N times on each server, in turn within one run; the table shows median (min-max).
 */
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startPostfixDovecot } from './peers/postfix-dovecot.ts'
import type { Row, Sample } from './row.ts'
import { deliveryRows } from './rows/delivery.ts'
import { idleRows } from './rows/idle.ts'
import { imapRows } from './rows/imap.ts'
import { lineOf, ratioLine, type Summary, summarise } from './table.ts'
import { startHauspost, type Target } from './target.ts'

// The store by itself has rows and options of its own.
if (process.argv[2] === 'store') {
  await import('./store.ts')
  process.exit(0)
}

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: 'boolean', default: false },
    'only-peers': { type: 'boolean', default: false },
    repeat: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    json: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
})

const targets: Target[] = []
const repeats = Number(options.repeat)
const rows = [...deliveryRows(Number(options.scale)), ...imapRows, ...idleRows(true)].filter(
  row => wanted.length === 0 || wanted.some(part => row.name.includes(part)),
)

async function measureRow(row: Row): Promise<void> {
  const samples = new Map<Target, Sample[]>(targets.map(target => [target, []]))
  const failures = new Map<Target, string>()
  for (let round = 0; round < repeats; round++)
    for (const [target, taken] of samples)
      if (!failures.has(target))
        try {
          taken.push(await row.measure(target))
        } catch (problem) {
          failures.set(target, (problem as Error).message)
        }
  console.log(row.name)
  const summaries: Summary[] = []
  for (const [target, taken] of samples) {
    const failure = failures.get(target)
    if (failure !== undefined) console.log(`  ${target.name.padEnd(16)} failed: ${failure}`)
    else {
      const summary = summarise(row, target.name, taken)
      summaries.push(summary)
      console.log(lineOf(summary))
    }
    if (options.json)
      appendFileSync(
        options.json,
        `${JSON.stringify({ row: row.name, target: target.name, samples: taken, failure })}\n`,
      )
  }
  const [ours, ...peers] = summaries
  if (ours?.target === 'hauspost') for (const peer of peers) console.log(ratioLine(ours, peer))
}

async function stopAll(): Promise<void> {
  for (const target of targets.splice(0))
    await target.stop().catch(problem => console.error(`${target.name}: ${problem}`))
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // What fails from now on fails because its server is being ended.
    console.log = () => {}
    void stopAll().finally(() => process.exit(130))
  })

if (rows.length === 0) throw new Error(`no row matches ${wanted.join(' ')}`)
try {
  const set = Object.fromEntries(
    options.set.map(one => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  )
  if (!options['only-peers']) targets.push(await startHauspost(set))
  if (options.peers || options['only-peers']) targets.push(await startPostfixDovecot())
  console.log(`${rows.length} rows, ${repeats} times each; median (min-max)`)
  for (const row of rows) await measureRow(row)
} finally {
  await stopAll()
}
