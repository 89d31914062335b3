import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, latin1Text } from '#base/bytes'
import { instant } from '#base/clock'
import type { ContentStore } from '#mail/store'
import type { AcceptedMail, DecisionRecord, QueueEntry, RecipientState } from './entry.ts'
import type { MailQueue } from './queue.ts'

export interface QueueUnderTest {
  readonly queue: MailQueue
  readonly contents: ContentStore
  /** Ends the program in good order and starts it again on the same disk. */
  readonly reopen: () => Promise<QueueUnderTest>
}

/** Decisions older than a month are gone; these are not. */
const now = instant(Date.now() - 1_000)

export const sampleDecision = (outcome: string, recipients: readonly string[] = ['a@x.example']): DecisionRecord => ({
  at: now,
  door: 'mx',
  peer: { address: '192.0.2.1', helo: 'mail.y.example', tls: 'TLSv1.3' },
  sender: 'sender@y.example',
  recipients,
  size: 12,
  decided: [{ rule: 'relay', about: 'a@x.example', verdict: 'local' }],
  outcome,
})

export function sampleMail(contents: ContentStore, text: string, recipients: readonly string[]): AcceptedMail {
  const draft = contents.begin({ headBytes: 100 })
  void draft.write(latin1(text))
  return {
    received: now,
    envelope: { sender: 'sender@y.example', recipients, smtpUtf8: true, eightBit: false },
    draft,
    prefix: id => ({ bytes: latin1(`Return-Path: <>\r\nReceived: id ${id}\r\n`), local: 17 }),
    decision: sampleDecision(`250 ${text}`, recipients),
  }
}

const delivered: RecipientState = { state: 'delivered', at: instant(5) }
const deferred: RecipientState = { state: 'deferred', until: instant(99), attempts: 2, why: 'no-space' }

/** What every queue holds to. `open` gives one that is empty; the caller closes it after its tests. */
export function queueContract(open: () => Promise<QueueUnderTest>): void {
  const commit = async ({ queue, contents }: QueueUnderTest, text: string, ...to: string[]): Promise<QueueEntry> => {
    const committed = await queue.commit(sampleMail(contents, text, to))
    assert.ok(committed.ok)
    return committed.value
  }

  test('an entry is found as it was committed, and its content with it', async () => {
    const place = await open()
    const entry = await commit(place, 'hello', 'a@x.example', 'b@x.example')
    assert.deepEqual(await place.queue.find(entry.id), entry)
    assert.deepEqual(await place.queue.list(), [entry])
    assert.equal(
      latin1Text(await place.contents.read(entry.content)),
      `Return-Path: <>\r\nReceived: id ${entry.id}\r\nhello`,
    )
    assert.equal(entry.localPrefix, 17)
    assert.equal(entry.smtpUtf8, true)
    assert.equal(entry.eightBit, false)
  })

  test('ids rise, and are not given again after a restart with an empty queue', async () => {
    let place = await open()
    const seen: number[] = []
    for (let run = 0; run < 3; run++) {
      const entries = await Promise.all(['a', 'b', 'c'].map(text => commit(place, text, 'a@x.example')))
      seen.push(...entries.map(entry => entry.id))
      for (const entry of entries) assert.ok((await place.queue.update(entry.id, [delivered])).ok)
      assert.deepEqual(await place.queue.list(), [])
      place = await place.reopen()
    }
    for (const [i, id] of seen.entries()) if (i > 0) assert.ok(id > (seen[i - 1] as number), `${seen}`)
  })

  test('an entry leaves when every recipient is delivered, and not before', async () => {
    const { queue, ...rest } = await open()
    const entry = await commit({ queue, ...rest }, 'x', 'a@x.example', 'b@x.example')
    await queue.update(entry.id, [delivered, deferred])
    const states = (await queue.find(entry.id))?.recipients.map(recipient => recipient.state)
    assert.deepEqual(states, [delivered, deferred])
    await queue.update(entry.id, [undefined, delivered])
    assert.equal(await queue.find(entry.id), undefined)
  })

  test('a note about one recipient leaves the others as they are', async () => {
    const place = await open()
    const entry = await commit(place, 'x', 'a@x.example', 'b@x.example', 'c@x.example')
    await place.queue.update(entry.id, [undefined, { state: 'caught', at: instant(7) }, undefined])
    await place.queue.update(entry.id, [deferred, undefined, undefined])
    const after = (await (await place.reopen()).queue.list())[0]
    assert.deepEqual(
      after?.recipients.map(recipient => recipient.state),
      [deferred, { state: 'caught', at: instant(7) }, { state: 'waiting' }],
    )
    assert.deepEqual(
      after?.recipients.map(recipient => recipient.address),
      ['a@x.example', 'b@x.example', 'c@x.example'],
    )
  })

  test('notes about an entry that is gone are passed over', async () => {
    const { queue, ...rest } = await open()
    const entry = await commit({ queue, ...rest }, 'x', 'a@x.example')
    assert.deepEqual(await queue.remove(entry.id), { ok: true, value: true })
    assert.deepEqual(await queue.remove(entry.id), { ok: true, value: false })
    assert.ok((await queue.update(entry.id, [delivered])).ok)
    assert.deepEqual(await queue.list(), [])
  })

  test('a hundred at once are a hundred, oldest first', async () => {
    const place = await open()
    const texts = Array.from({ length: 100 }, (_, i) => `letter ${i}`)
    const entries = await Promise.all(texts.map(text => commit(place, text, 'a@x.example')))
    assert.equal(new Set(entries.map(entry => entry.id)).size, 100)
    const listed = await (await place.reopen()).queue.list()
    assert.deepEqual(
      listed.map(entry => entry.id),
      entries.map(entry => entry.id).sort((a, b) => a - b),
    )
  })

  test('decisions are told newest first, with the entry they made', async () => {
    let place = await open()
    const entry = await commit(place, 'one', 'a@x.example')
    const refused = sampleDecision('550 5.1.1 no such user')
    place.queue.recordDecision(refused)
    place = await place.reopen()
    const [last, first, ...more] = await place.queue.listDecisions(10)
    assert.deepEqual(more, [])
    assert.deepEqual(last, refused)
    assert.deepEqual(first, { ...sampleDecision('250 one'), entry: entry.id })
    assert.equal((await place.queue.listDecisions(1)).length, 1)
    assert.deepEqual(await place.queue.listDecisions(0), [])
  })
}
