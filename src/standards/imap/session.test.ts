import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latin1 } from '#base/bytes'
import { capabilities } from './capability.ts'
import type { ImapCommand } from './command.ts'
import { parseCommand } from './parse-command.ts'
import { admit, mayTellExpunges, type SessionFacts, type SessionPhase } from './session.ts'

function command(line: string): ImapCommand {
  const parsed = parseCommand(latin1(`a ${line}`))
  assert.ok(parsed.ok, line)
  return parsed.value
}

const facts = (phase: SessionPhase, more: Partial<SessionFacts> = {}): SessionFacts => ({
  phase,
  tls: true,
  canStartTls: true,
  plaintextLogin: false,
  readOnly: false,
  ...more,
})

const phases: readonly SessionPhase[] = ['not-authenticated', 'authenticated', 'selected', 'logout']

/** One letter a phase: y for yes. RFC 3501 §6.1 to §6.4. */
const table: readonly (readonly [allowed: string, lines: readonly string[]])[] = [
  ['yyyn', ['CAPABILITY', 'NOOP', 'LOGOUT', 'ID NIL']],
  ['ynnn', ['LOGIN a b', 'AUTHENTICATE PLAIN']],
  ['nynn', ['ENABLE X']],
  ['nyyn', ['SELECT x', 'EXAMINE x', 'CREATE x', 'DELETE x', 'RENAME x y', 'SUBSCRIBE x', 'UNSUBSCRIBE x']],
  ['nyyn', ['LIST "" *', 'LSUB "" *', 'STATUS x (UNSEEN)', 'NAMESPACE', 'IDLE']],
  ['nnyn', ['CHECK', 'CLOSE', 'UNSELECT', 'EXPUNGE', 'UID EXPUNGE 1', 'SEARCH ALL', 'FETCH 1 UID', 'STORE 1 FLAGS ()']],
  ['nnyn', ['COPY 1 x', 'MOVE 1 x', 'UID FETCH 1 UID', 'UID SEARCH ALL', 'UID STORE 1 FLAGS ()', 'UID COPY 1 x']],
]

for (const [allowed, lines] of table)
  for (const line of lines)
    test(`${line} in its phases`, () => {
      const found = phases.map(phase => (admit(facts(phase), command(line)) ? 'n' : 'y')).join('')
      assert.equal(found, allowed)
    })

test('STARTTLS before the login, once, and where it is offered', () => {
  const starttls = command('STARTTLS')
  const clear = { tls: false }
  assert.equal(admit(facts('not-authenticated', clear), starttls), undefined)
  assert.equal(admit(facts('not-authenticated'), starttls)?.status, 'BAD')
  assert.equal(admit(facts('not-authenticated', { tls: false, canStartTls: false }), starttls)?.status, 'BAD')
  assert.equal(admit(facts('authenticated', clear), starttls)?.status, 'BAD')
})

test('passwords stay under TLS unless the setting says otherwise', () => {
  for (const line of ['LOGIN a b', 'AUTHENTICATE PLAIN AGEAYg==']) {
    const refused = admit(facts('not-authenticated', { tls: false }), command(line))
    assert.ok(refused?.status === 'NO' && refused.code === 'PRIVACYREQUIRED')
    assert.equal(admit(facts('not-authenticated', { tls: false, plaintextLogin: true }), command(line)), undefined)
  }
})

test('a mailbox open for reading is not written', () => {
  const readOnly = facts('selected', { readOnly: true })
  for (const line of ['STORE 1 FLAGS ()', 'EXPUNGE', 'UID EXPUNGE 1', 'MOVE 1 x'])
    assert.equal(admit(readOnly, command(line))?.status, 'NO')
  for (const line of ['FETCH 1 BODY[]', 'COPY 1 x', 'CLOSE', 'SEARCH ALL'])
    assert.equal(admit(readOnly, command(line)), undefined)
})

test('RFC 9051 §7.5.1: no EXPUNGE with FETCH, STORE and SEARCH, but with their UID variants', () => {
  for (const line of ['FETCH 1 UID', 'STORE 1 FLAGS ()', 'SEARCH ALL'])
    assert.equal(mayTellExpunges(command(line)), false)
  for (const line of [
    'UID FETCH 1 UID',
    'UID STORE 1 FLAGS ()',
    'UID SEARCH ALL',
    'NOOP',
    'COPY 1 x',
    'EXPUNGE',
    'IDLE',
  ])
    assert.equal(mayTellExpunges(command(line)), true)
})

test('what is offered is what is taken', () => {
  const bare = { authenticated: false, tls: false, canStartTls: true, plaintextLogin: false, mechanisms: ['PLAIN'] }
  assert.deepEqual(capabilities(bare).slice(-2), ['STARTTLS', 'LOGINDISABLED'])
  assert.deepEqual(capabilities({ ...bare, plaintextLogin: true }).slice(-2), ['STARTTLS', 'AUTH=PLAIN'])
  const secured = capabilities({ ...bare, tls: true })
  assert.ok(secured.includes('AUTH=PLAIN') && !secured.includes('STARTTLS') && !secured.includes('LOGINDISABLED'))
  assert.ok(secured.includes('LITERAL-') && !secured.includes('LITERAL+'))
  const inside = capabilities({ ...bare, authenticated: true })
  assert.ok(inside.includes('LITERAL+') && !inside.some(each => each.startsWith('AUTH=') || each === 'STARTTLS'))
})
