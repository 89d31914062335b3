import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { latin1 } from '#base/bytes'
import {
  beginSession,
  envelopeOf,
  isReceiving,
  parseCommand,
  replies,
  type SmtpEffect,
  type SmtpInput,
  type SmtpRules,
  type SmtpState,
  step,
} from './index.ts'

const rules: SmtpRules = {
  door: 'mx',
  hostname: 'mx.example',
  maxMessageBytes: 1_000,
  maxRecipients: 3,
  maxErrors: 5,
  maxIdleCommands: 10,
  maxChunks: 2,
  offersTls: true,
  allowPlaintextAuth: false,
}

const command = (line: string, more = false): SmtpInput => ({
  kind: 'command',
  command: parseCommand(latin1(line)),
  more,
})
const yes: SmtpInput = { kind: 'verdict', verdict: { judge: 'pass' } }
const no: SmtpInput = {
  kind: 'verdict',
  verdict: { judge: 'refuse', code: 550, enhanced: '5.1.1', text: 'No\r\n250 such' },
}
const whole: SmtpInput = { kind: 'content', flaw: undefined }

/** What was done in words, and where it ended. */
function play(
  inputs: readonly SmtpInput[],
  with_: Partial<SmtpRules> = {},
): { state: SmtpState; effects: SmtpEffect[] } {
  let state = beginSession(false)
  const effects: SmtpEffect[] = []
  for (const input of inputs) {
    const [next, done] = step(state, input, { ...rules, ...with_ })
    state = next
    effects.push(...done)
  }
  return { state, effects }
}

const said = (effects: readonly SmtpEffect[]): string =>
  effects.map(effect => (effect.do === 'reply' ? effect.reply : '')).join('')
const hello = command('HELO x')
const begun = [hello, command('MAIL FROM:<a@b.example>'), yes, command('RCPT TO:<c@d.example>'), yes]

test('a letter: what is asked, what is said, what is left', () => {
  const { state, effects } = play([...begun, command('DATA'), whole])
  assert.equal(state.phase, 'accepting')
  assert.deepEqual(
    effects.map(effect => effect.do),
    ['reply', 'judge-sender', 'reply', 'judge-recipient', 'reply', 'reply', 'receive-data', 'accept'],
  )
  const answers: SmtpInput = { kind: 'answers', verdicts: [{ judge: 'pass' }], queued: 'ABC' }
  const after = step(state, answers, rules)
  assert.equal(after[0].phase, 'ready')
  assert.equal(said(after[1]), '250 2.0.0 Ok: queued as ABC\r\n')
})

test('a refusal cannot break the line of its reply', () => {
  const { effects } = play([...begun.slice(0, 3), command('RCPT TO:<x@d.example>'), no])
  assert.equal(said(effects).split('\r\n').at(-2), '550 5.1.1 No??250 such')
})

test('SM-12 after any end of data nothing of the transaction is left', () => {
  const ends: readonly (readonly SmtpInput[])[] = [
    [{ kind: 'content', flaw: 'too-big' }],
    [{ kind: 'content', flaw: 'nul' }],
    [{ kind: 'content', flaw: 'not-kept' }],
    [whole, { kind: 'answers', verdicts: [] }],
    [whole, { kind: 'answers', verdicts: [{ judge: 'refuse', code: 554, enhanced: '5.7.1', text: 'No' }] }],
  ]
  for (const end of ends) {
    const { state } = play([...begun, command('DATA'), ...end])
    assert.equal(state.phase, 'ready')
    for (const line of ['RCPT TO:<c@d.example>', 'DATA']) {
      assert.equal(said(step(state, command(line), rules)[1]), replies.mailFirst)
    }
  }
})

test('limits: recipients, chunks, errors', () => {
  const more = Array.from({ length: 4 }, () => [command('RCPT TO:<c@d.example>'), yes]).flat()
  const crowded = play([...begun, ...more.slice(0, 4), command('RCPT TO:<c@d.example>')])
  assert.ok(said(crowded.effects).endsWith(replies.tooManyRecipients))
  assert.equal(envelopeOf(crowded.state)?.recipients.length, 3)
  const chunk = [command('BDAT 1'), whole]
  const flooded = play([...begun, ...chunk, ...chunk, ...chunk])
  assert.ok(said(flooded.effects).endsWith(replies.tooManyChunks))
  assert.equal(flooded.state.phase, 'broken')
  const wrong = play([hello, ...Array.from({ length: 5 }, () => command('FROB'))])
  assert.equal(wrong.state.phase, 'over')
  assert.ok(said(wrong.effects).endsWith(replies.tooManyErrors))
})

test('SM-10 only what ends a group may not be followed, and only an MX is strict', () => {
  for (const [line, door, isOver] of [
    ['EHLO x', 'mx', true],
    ['NOOP', 'mx', false],
    ['EHLO x', 'submission', false],
    ['STARTTLS', 'submission', true],
  ] as const) {
    assert.equal(play([command(line, true)], { door }).state.phase === 'over', isOver, `${line} ${door}`)
  }
})

test('LMTP says one thing for each recipient, also when there is no letter', () => {
  const lmtp = { door: 'lmtp' } as const
  const inputs = [command('LHLO x'), ...begun.slice(1), command('RCPT TO:<e@d.example>'), yes, command('DATA')]
  const flawed = play([...inputs, { kind: 'content', flaw: 'too-big' }], lmtp)
  assert.ok(said(flawed.effects).endsWith(replies.tooBig.repeat(2)))
  const { state } = play([...inputs, whole], lmtp)
  const silent = step(state, { kind: 'answers', verdicts: [{ judge: 'pass' }] }, { ...rules, ...lmtp })
  assert.equal(said(silent[1]), `250 2.1.5 Delivered\r\n${replies.tryLater}`)
})

/** Lines that a client may say, and what the server may hear about them, at random. */
const lines = [
  'HELO x',
  'EHLO x',
  'MAIL FROM:<a@b.example>',
  'RCPT TO:<c@d.example>',
  'DATA',
  'BDAT 3',
  'BDAT 3 LAST',
  'RSET',
  'STARTTLS',
  'AUTH LOGIN',
  'FROB',
  'NOOP',
]

test('any dialogue keeps the laws: no letter without its envelope, one end for each beginning', () => {
  const room = fc.constantFrom('mx', 'submission', 'lmtp')
  fc.assert(
    fc.property(
      room,
      fc.array(fc.tuple(fc.constantFrom(...lines), fc.boolean()), { maxLength: 60 }),
      (door, script) => {
        const here: SmtpRules = { ...rules, door, maxErrors: 1_000, maxIdleCommands: 1_000, allowPlaintextAuth: true }
        let state = beginSession(false)
        let running = false
        for (const [line, good] of script) {
          const [next, effects] = step(state, inputFor(state, line, good), here)
          for (const effect of effects) {
            if (effect.do === 'judge-sender') {
              assert.ok(!running)
              running = true
            } else if (effect.do === 'accept' || effect.do === 'forget') {
              assert.ok(running)
              running = false
              if (effect.do === 'accept') assert.ok(effect.envelope.recipients.length > 0)
            } else if (effect.do === 'receive-data') assert.ok(envelopeOf(next))
          }
          if (next.phase !== 'accepting') assert.equal(envelopeOf(next) !== undefined, running, next.phase)
          state = next
        }
      },
    ),
    { numRuns: 2_000 },
  )
})

function inputFor(state: SmtpState, line: string, good: boolean): SmtpInput {
  if (isReceiving(state)) return { kind: 'content', flaw: good ? undefined : 'nul' }
  switch (state.phase) {
    case 'judging-sender':
    case 'judging-recipient':
      return good ? yes : no
    case 'accepting':
      return { kind: 'answers', verdicts: good ? [{ judge: 'pass' }] : [] }
    case 'sasl':
      return { kind: 'response', line: latin1(good ? 'YQ==' : '*') }
    case 'authenticating':
      return { kind: 'login', outcome: good ? 'welcome' : 'later' }
    case 'starting-tls':
      return { kind: 'secured' }
    default:
      return command(line)
  }
}

test('SM-20 errors and idle commands are counted from letter to letter, and a full letter is no offence', () => {
  const answers: SmtpInput = { kind: 'answers', verdicts: [{ judge: 'pass' }], queued: 'A' }
  const one = [
    ...begun.slice(1),
    command('RCPT TO:<x@d.example>'),
    no,
    command('NOOP'),
    command('DATA'),
    whole,
    answers,
  ]
  assert.equal(play([hello, ...Array.from({ length: 100 }, () => one).flat()]).state.phase, 'ready')
  const full = [command('RCPT TO:<e@d.example>'), yes, command('RCPT TO:<f@d.example>'), yes]
  const more = (length: number) => Array.from({ length }, () => command('RCPT TO:<g@d.example>'))
  assert.equal(play([...begun, ...full, ...more(10 * rules.maxRecipients)]).state.phase, 'envelope')
  assert.equal(play([...begun, ...full, ...more(10 * rules.maxRecipients + 1)]).state.phase, 'over')
})

test('SM-37 over LMTP any number of recipients may be refused', () => {
  const refused = Array.from({ length: 50 }, () => [command('RCPT TO:<x@d.example>'), no]).flat()
  const { state } = play([command('LHLO x'), ...begun.slice(1), ...refused], { door: 'lmtp' })
  assert.equal(state.phase, 'envelope')
  assert.equal(play([hello, ...begun.slice(1), ...refused.slice(0, 10)]).state.phase, 'over')
})
