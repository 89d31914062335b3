import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '#base/clock'
import { ok } from '#base/result'
import type { AcceptedMail, DecisionRecord } from '#mail/queue'
import { temporaryFolder } from '../../../test/kit/embedded-engine.ts'
import { Draft } from './draft.ts'
import { makeQueue, type QueueNeeds } from './queue.ts'

const decision: DecisionRecord = {
  at: instant(0),
  door: 'lmtp',
  peer: { address: '192.0.2.1', helo: 'client.example' },
  sender: 'a@client.example',
  recipients: [],
  size: 0,
  decided: [],
  outcome: '451 later',
}

function setUp(append: QueueNeeds['segments']['append']) {
  const events: string[] = []
  const queue = makeQueue({
    segments: { append, fits: () => true, close: async () => {} },
    files: undefined as never,
    writer: { run: async () => ok(undefined), close: async () => {} },
    reader: undefined as never,
    nextEntry: 1,
    log: (_level, event, fields) => void events.push(`${event} ${JSON.stringify(fields)}`),
  })
  return { queue, events }
}

/** A letter whose content lies in a spool, and how often that was let go of. */
async function makeMail(change: Partial<AcceptedMail> = {}) {
  const draft = new Draft(temporaryFolder(), 100, () => true)
  await draft.write(new Uint8Array(300_000))
  let discarded = 0
  const discard = draft.discard.bind(draft)
  draft.discard = () => {
    discarded++
    discard()
  }
  const mail: AcceptedMail = {
    received: instant(0),
    envelope: { sender: '', recipients: ['a@here.example'], smtpUtf8: false, eightBit: false },
    draft,
    prefix: () => ({ bytes: new Uint8Array(10), local: 0 }),
    decision,
    ...change,
  }
  return { mail, discarded: () => discarded }
}

test('CR-13 whatever breaks while a letter is kept, its spool is closed', async () => {
  const bug = (): never => {
    throw new Error('a bug')
  }
  const broken: readonly (readonly [Partial<AcceptedMail>, QueueNeeds['segments']['append']])[] = [
    [{ prefix: bug }, async () => ok([])],
    [{ decision: { ...decision, toJSON: bug } as unknown as DecisionRecord }, async () => ok([])],
    [{}, () => Promise.reject(new Error('the disk is gone'))],
  ]
  for (const [change, append] of broken) {
    const { mail, discarded } = await makeMail(change)
    await assert.rejects(setUp(append).queue.commit(mail), /a bug|the disk is gone/)
    assert.ok(discarded() > 0)
  }
})

test('OV-09 records wait for a slow disk in bounded number, and what is left out is told', async () => {
  const waiting: (() => void)[] = []
  const { queue, events } = setUp(
    () => new Promise(resolve => waiting.push(() => resolve(ok([{ segment: 1, offset: 64 }])))),
  )
  for (let n = 0; n < 1_500; n++) queue.recordDecision(decision)
  assert.equal(waiting.length, 1_000)
  for (const each of waiting) each()
  await queue.close()
  assert.deepEqual(events, ['decisions-not-kept {"count":500}'])
})
