import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkAnswered, looksOfSteps, stepsIn } from '../../../../test/kit/answered-steps.ts'
import { skipWithout } from '../../../../test/kit/needs.ts'
import { storeSteps } from '../../../../test/kit/store-steps.ts'
import { killPoints, runWithFault, watchCalls } from '../../../../test/kit/system-calls.ts'

enableCompileCache()

const writer = fileURLToPath(new URL('../../../../test/kit/store-writer.ts', import.meta.url))
const skip = skipWithout({ strace: 'strace' })
/** How many of the points where the program can be killed are tried; all of them are some 370. */
const points = Number(process.env.HAUSPOST_KILL_POINTS ?? 6)
const seed = Number(process.env.HAUSPOST_SEED ?? Date.now() % 1_000_000)
const writing = ['pwritev', 'pwrite64', 'fdatasync', 'fsync', 'ftruncate', 'unlink']

let looks: readonly unknown[] = []

before(async () => {
  looks = await looksOfSteps()
})

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-crash-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('CR-01 CR-07 I1 the order in which letters reach the disk', { skip }, async t => {
  const folder = folderFor(t)
  const { output, code, calls } = await watchCalls([...writing, 'openat', 'write'], [process.execPath, writer, folder])
  assert.equal(code, 0)
  assert.equal(stepsIn(output), storeSteps.length)
  await checkAnswered(looks, folder, storeSteps.length)

  const places = (name: string, words: RegExp): number[] =>
    calls.flatMap((call, place) => (call.name === name && words.test(call.words) ? [place] : []))
  const first = (name: string, words: RegExp, from = 0): number =>
    places(name, words).find(place => place > from) ?? Number.POSITIVE_INFINITY
  const answers = places('write', /"did \d+\\n"/)
  assert.equal(answers.length, storeSteps.length)
  // Each answer comes behind a sync of its own.
  for (const [n, answer] of answers.entries())
    assert.ok(first('fsync', /index\.sqlite-wal>/, answers[n - 1]) < answer, `step ${n} was answered before its sync`)
  // A segment has its name on disk before anything refers to it, and its contents before the index does.
  const made = first('openat', /0000000001\.seg".*O_CREAT/)
  const named = first('fsync', /\/segments>/, made)
  const kept = first('fdatasync', /0000000001\.seg>/, made)
  const referred = first('pwrite64', /index\.sqlite-wal>/, kept)
  const delivered = answers[2] as number
  assert.ok(first('fsync', /0000000001\.seg>/, made) < named, 'the header of the segment comes first')
  assert.ok(named < kept && kept < referred && referred < delivered, `${[made, named, kept, referred, delivered]}`)
})

test('CR-01 CR-21 killed at any system call that writes, each step is there whole or not at all', {
  skip,
}, async t => {
  t.diagnostic(`seed ${seed} (HAUSPOST_SEED), ${points} points (HAUSPOST_KILL_POINTS)`)
  // strace counts for each thread.
  const most = { pwrite64: 320, fsync: 40, fdatasync: 3, ftruncate: 2, unlink: 3 }
  let killed = 0
  for (const point of killPoints(most, points, seed)) {
    const folder = folderFor(t)
    const { output } = await runWithFault(point, [process.execPath, writer, folder])
    if (!output.includes('closed')) killed++
    await checkAnswered(looks, folder, stepsIn(output)).catch(error => {
      throw new Error(`killed at ${point}: ${String(error)}`, { cause: error })
    })
  }
  assert.ok(killed > 0, 'nothing was killed')
})
