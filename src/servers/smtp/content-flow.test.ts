import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SmtpState } from '#standards/smtp'
import { ContentFlow } from './content-flow.ts'

const limits = { contentMilliseconds: 60_000, rateWindowMilliseconds: 1_000, minimumRate: 100 }
const state = { phase: 'data' } as SmtpState

test('what came along with the command counts in the first window, and in no other', () => {
  const flow = new ContentFlow()
  flow.begin(state, 0, 5_000, limits)
  assert.equal(flow.turn(limits), true)
  assert.equal(flow.turn(limits), false)
})

test('a window in which too little came is the last', () => {
  const flow = new ContentFlow()
  flow.begin(state, 0, 0, limits)
  flow.count(100)
  assert.equal(flow.turn(limits), true)
  flow.count(99)
  assert.equal(flow.turn(limits), false)
})
