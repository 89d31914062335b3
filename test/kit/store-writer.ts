// A program that is made to be killed: it takes the steps and says each one that was answered. Argument: folder.
import { writeSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { openForTest } from '../../src/adapters/embedded/shard/testing/open-for-test.ts'
import { storeSteps } from './store-steps.ts'

enableCompileCache()
const say = (line: string): void => void writeSync(1, `${line}\n`)
const place = await openForTest({ directory: process.argv[2] ?? '', threads: true, retention: 0 })
for (const [n, step] of storeSteps.entries()) {
  await step(place)
  say(`did ${n}`)
}
// Time for the housekeeping: the rows of the removed account are swept.
await pause(400)
await place.stop()
say('closed')
