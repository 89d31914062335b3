import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { watchSpace } from './space-watch.ts'

test('CR-09 what would eat into the reserve does not fit', () => {
  const now = (): number => 0
  const { bavail, bsize } = statfsSync(tmpdir())
  const free = bavail * bsize
  assert.equal(watchSpace(tmpdir(), 0, now).fits(1_000), true)
  assert.equal(watchSpace(tmpdir(), 2 * free, now).fits(1), false)
  assert.equal(watchSpace(tmpdir(), 0, now).fits(2 * free), false)
})

test('what was said to fit counts as used, until the disk is asked again', () => {
  let time = 0
  const { bavail, bsize } = statfsSync(tmpdir())
  const third = Math.floor((bavail * bsize) / 3)
  const space = watchSpace(tmpdir(), third, () => time)
  const fits = (): boolean => space.fits(0.7 * third)
  assert.deepEqual([fits(), fits(), fits()], [true, true, false])
  time = 2_000
  assert.equal(fits(), true, 'the disk is asked before anybody is refused')
})
