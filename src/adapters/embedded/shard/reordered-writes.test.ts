import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkAnswered, looksOfSteps } from '../../../../test/kit/answered-steps.ts'
import { type Choose, writeDiskAt } from '../../../../test/kit/cut-disk.ts'
import { type DiskHistory, readHistory, watchedCalls } from '../../../../test/kit/disk-history.ts'
import { skipWithout } from '../../../../test/kit/needs.ts'
import { seededRandom } from '../../../../test/kit/random.ts'
import { watchCalls } from '../../../../test/kit/system-calls.ts'

const kit = (name: string): string => fileURLToPath(new URL(`../../../../test/kit/${name}`, import.meta.url))
const skip = skipWithout({ strace: 'strace' })
const cuts = Number(process.env.HAUSPOST_CUTS ?? 200)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)
const random = seededRandom(seed)

/** What a disk wrote of all it had not promised: nothing, everything, some of it. */
const choices: readonly Choose[] = [() => 0, states => states - 1, states => Math.floor(random() * states)]

let looks: readonly unknown[] = []

before(async () => {
  looks = await looksOfSteps()
})

interface Run {
  readonly folder: string
  readonly history: DiskHistory
  /** When each step was answered, and when anything happened, in lines of the trace. */
  readonly answers: readonly number[]
  readonly moments: readonly number[]
  /** What stands in the files at the end. */
  readonly left: ReadonlyMap<string, Buffer>
}

/** The steps of a store on a disk that is watched. */
async function watchSteps(options: readonly string[] = []): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-watched-'))
  try {
    const { code, calls } = await watchCalls(
      watchedCalls,
      [process.execPath, ...options, kit('store-writer.ts'), folder],
      'whole',
    )
    assert.equal(code, 0)
    const answers = calls.filter(({ name, words }) => name === 'write' && /^1<.*"\\x64\\x69\\x64\\x20/.test(words))
    assert.equal(answers.length, looks.length - 1)
    const mine = calls.filter(({ words }) => words.includes(hex(folder)))
    const history = readHistory(calls, folder)
    const named = [...history.names].filter(([, { changes }]) => changes.at(-1)?.value !== undefined)
    return {
      folder,
      history,
      left: new Map(named.map(([path]) => [path, readFileSync(path)])),
      answers: answers.map(({ until }) => until),
      moments: mine.map(({ until }) => until),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const hex = (text: string): string => Buffer.from(text).toString('hex').replace(/../g, '\\x$&')

/** Cuts the power so often, at random moments, and looks what is left. Says what was not right. */
async function cutAndLook({ folder, history, answers, moments }: Run, times: number): Promise<readonly string[]> {
  const problems: string[] = []
  for (let n = 0; n < times; n++) {
    const cut = moments[Math.floor(random() * moments.length)] as number
    const left = mkdtempSync(join(tmpdir(), 'hauspost-left-'))
    writeDiskAt(history, cut, choices[n % choices.length] as Choose, path => path.replace(folder, left))
    const answered = answers.filter(answer => answer <= cut).length
    await checkAnswered(looks, left, answered).catch(error => {
      problems.push(`cut ${n} at line ${cut}, behind ${answered} answers: ${String(error)}`)
    })
    rmSync(left, { recursive: true })
  }
  return problems
}

test('a disk that wrote everything is the one the program left', { skip }, async () => {
  const run = await watchSteps()
  const again = mkdtempSync(join(tmpdir(), 'hauspost-left-'))
  writeDiskAt(
    run.history,
    run.moments.at(-1) as number,
    states => states - 1,
    path => path.replace(run.folder, again),
  )
  assert.equal(run.left.size, 2)
  for (const [path, content] of run.left) assert.ok(readFileSync(path.replace(run.folder, again)).equals(content), path)
  rmSync(again, { recursive: true })
})

test('CR-03 I1 whatever a disk wrote of that which was not synced, each answered step is there', { skip }, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED), ${cuts} cuts (HAUSPOST_CUTS)`)
  assert.deepEqual(await cutAndLook(await watchSteps(), cuts), [])
})

for (const fault of ['fault-no-flush.mjs', 'fault-synchronous-off.mjs'])
  test(`CR-03 a sync that is left out is found: ${fault}`, { skip }, async () => {
    const run = await watchSteps(['--import', kit(fault)])
    assert.notDeepEqual(await cutAndLook(run, 60), [])
  })
