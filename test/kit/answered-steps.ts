import assert from 'node:assert/strict'
import { openForTest } from '../../src/adapters/embedded/shard/testing/open-for-test.ts'
import { deliverTo, describeStore, storeSteps } from './store-steps.ts'

/** What the store looks like before the first step and after each. */
export async function looksOfSteps(): Promise<readonly unknown[]> {
  const place = await openForTest()
  const looks = [await describeStore(place)]
  for (const step of storeSteps) {
    await step(place)
    looks.push(await describeStore(place))
  }
  await place.close()
  return looks
}

/** How many steps the program of `store-writer.ts` was answered. */
export const stepsIn = (output: string): number => output.split('\n').filter(line => line.startsWith('did ')).length

/** Every step that was answered is there, and of the next one all or nothing. */
export async function checkAnswered(looks: readonly unknown[], folder: string, answered: number): Promise<void> {
  const place = await openForTest({ directory: folder })
  try {
    const found = await describeStore(place)
    const next = looks[answered + 1]
    if (next === undefined || !isSame(found, next)) assert.deepEqual(found, looks[answered])
    // I3: a letter that was answered for finds itself already there.
    if (answered >= 3) assert.equal((await deliverTo('INBOX', 'first')(place)).already, true)
  } finally {
    await place.stop()
  }
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b)
    return true
  } catch {
    return false
  }
}
