import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1, utf8Text } from '#base/bytes'
import { instant } from '#base/clock'
import { fail, ok, type Result } from '#base/result'
import type { Letter } from '#mail/deliver'
import type { User } from '#mail/directory'
import { type AcceptedMail, type DecisionRecord, entryId, type QueueEntry, type QueueFailure } from '#mail/queue'
import type { ContentDraft, Delivered, StoreFailure } from '#mail/store'
import { type ArrivingMail, refuse } from './arriving-mail.ts'
import { type IntakeNeeds, makeIntake } from './make-intake.ts'
import type { Stage } from './stage.ts'

const at = instant(Date.UTC(2026, 10, 24))

/** A post office that only writes down what it is told. */
function office(more: { stages?: Stage[]; commit?: QueueFailure; keep?: 'no-space' | 'store-closed' } = {}) {
  const records: DecisionRecord[] = []
  const committed: AcceptedMail[] = []
  const dispatched: QueueEntry[] = []
  const delivered: string[] = []
  const told: string[] = []
  let discarded = 0
  const deliver = async ({ key }: Letter, { username }: User): Promise<Result<Delivered, StoreFailure>> => {
    if (username === 'broken') throw new Error('input/output error')
    if (username === 'full') return fail('no-space')
    if (username === 'gone') return fail('no-such-account')
    delivered.push(`${username} ${key}`)
    return ok({} as Delivered)
  }
  const needs = {
    queue: {
      async commit(mail: AcceptedMail) {
        if (more.commit) return fail(more.commit)
        committed.push(mail)
        return ok({ id: entryId(committed.length) } as QueueEntry)
      },
      recordDecision: (record: DecisionRecord) => void records.push(record),
    },
    contents: { keep: async () => (more.keep ? fail(more.keep) : ok({ ref: 'c1' })) },
    dispatch: {
      expect: (committing: Promise<Result<QueueEntry, QueueFailure>>) =>
        void committing.then(committed => committed.ok && dispatched.push(committed.value)),
    },
    deliver,
    async route(address: string) {
      if (address.startsWith('lost@')) throw new Error('no directory')
      const [username = ''] = address.split('@')
      if (username === 'nobody') return { to: 'nobody' }
      return { to: 'mailbox', users: username.split('+').map(each => ({ username: each, account: `#${each}` })) }
    },
    stages: more.stages ?? [],
    maxBytes: () => 0,
    mayRelay: () => false,
    hostname: () => 'mx.corp.example',
    clock: () => at,
    log: (_level: string, event: string) => void told.push(event),
  }
  const letter = (door: 'mx' | 'lmtp', ...recipients: readonly string[]): ArrivingMail => ({
    peer: { door, address: '192.0.2.7', helo: 'client.example', esmtp: true },
    envelope: { sender: 'a@client.example', recipients, smtpUtf8: false, eightBit: false },
    draft: { size: 7, head: latin1('Subject'), discard: () => void discarded++ } as ContentDraft,
    decided: [],
  })
  const intake = makeIntake(needs as unknown as IntakeNeeds)
  return { intake, letter, records, committed, dispatched, delivered, told, discards: () => discarded }
}

test('an accepted letter is committed with its trace and its record, and only then dispatched', async () => {
  const { intake, letter, committed, dispatched, records, discards } = office({ stages: [() => ({ judge: 'pass' })] })
  assert.deepEqual(await intake.accept(letter('mx', 'ann@corp.example')), { accepted: true, entry: 1 })
  const [mail] = committed
  const prefix = mail?.prefix(entryId(35))
  assert.match(utf8Text(prefix?.bytes ?? latin1('')), /^Return-Path: <a@client\.example>\r\n[\s\S]* id 00000Z\r\n/)
  assert.equal(prefix?.local, 'Return-Path: <a@client.example>\r\n'.length)
  assert.deepEqual([mail?.decision.outcome, mail?.decision.size], ['250 accepted', 7])
  assert.deepEqual([dispatched.length, records.length, discards()], [1, 0, 0])
})

test('SM-12 a letter that a stage refuses is recorded and nothing of it is kept', async () => {
  const virus: Stage = async () => refuse(554, '5.7.1', 'Virus found', 'virus')
  const never: Stage = () => assert.fail('a stage behind the refusal')
  const { intake, letter, committed, records, discards } = office({ stages: [virus, never] })
  const answer = await intake.accept(letter('mx', 'ann@corp.example'))
  assert.ok(!answer.accepted && answer.verdict.rule === 'virus')
  assert.deepEqual([committed.length, discards()], [0, 1])
  assert.deepEqual(
    records.map(record => record.outcome),
    ['554 5.7.1 Virus found'],
  )
  assert.deepEqual(await intake.deliverNow(letter('lmtp', 'a@corp.example', 'b@corp.example')), [
    answer.verdict,
    answer.verdict,
  ])
})

test('a stage that breaks refuses for a while, and leaves no draft behind', async () => {
  const atOnce: Stage = () => {
    throw new Error('a bug')
  }
  const afterAll: Stage = async () => {
    throw new Error('a bug')
  }
  for (const stage of [atOnce, afterAll]) {
    const { intake, letter, told, discards } = office({ stages: [stage] })
    const answer = await intake.accept(letter('mx', 'ann@corp.example'))
    assert.ok(!answer.accepted && answer.verdict.code === 451)
    assert.deepEqual([told, discards()], [['stage-broken'], 1])
  }
})

test('no room is a reply of its own, and never a loss', async () => {
  for (const [failure, code] of [
    ['no-space', 452],
    ['store-closed', 451],
  ] as const) {
    const { intake, letter, dispatched } = office({ commit: failure, keep: failure })
    const answer = await intake.accept(letter('mx', 'ann@corp.example'))
    assert.ok(!answer.accepted && answer.verdict.code === code)
    const verdicts = await intake.deliverNow(letter('lmtp', 'ann@corp.example', 'bob@corp.example'))
    assert.deepEqual(
      verdicts.map(each => each.judge === 'refuse' && each.code),
      [code, code],
    )
    assert.equal(dispatched.length, 0)
  }
})

test('SM-37 LMTP: each recipient has its own end, in order, and the trouble of one is not the others', async () => {
  const names = ['ann', 'full', 'broken', 'nobody', 'lost', 'gone', 'ann+carl', 'bob', 'bob+full']
  const { intake, letter, delivered, records, told } = office()
  const verdicts = await intake.deliverNow(letter('lmtp', ...names.map(name => `${name}@corp.example`)))
  assert.deepEqual(
    verdicts.map(each => (each.judge === 'pass' ? 250 : each.code)),
    [250, 452, 451, 550, 451, 451, 250, 250, 452],
  )
  // One key for each box, by whatever address it was meant: the store writes a letter once.
  const keys = ['ann', 'ann', 'carl', 'bob', 'bob'].map(name => `${name} lmtp/c1/#${name}`)
  assert.deepEqual(delivered.sort(), keys.sort())
  assert.deepEqual(told, ['delivery-broken', 'delivery-broken'])
  assert.equal(records[0]?.outcome, 'delivered one by one')
  assert.equal(
    records[0]?.decided.map(each => each.verdict.slice(0, 3)).join(' '),
    '250 452 451 550 451 451 250 250 452',
  )
})

test('a transaction without a letter is recorded as it ended', () => {
  const { intake, letter, records } = office()
  const { peer } = letter('mx')
  const decided = [{ rule: 'recipient-exists', about: 'x@corp.example', verdict: '550 5.1.1 No such user here' }]
  intake.recordRefused(peer, 'a@client.example', [], decided, 'connection lost')
  assert.deepEqual([records[0]?.outcome, records[0]?.decided, records[0]?.at], ['connection lost', decided, at])
})
