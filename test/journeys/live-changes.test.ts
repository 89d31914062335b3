import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapClient } from '../kit/imap-client.ts'
import { askWire, greetedWire, sendLetter } from '../kit/mail-talk.ts'
import { skipWithout } from '../kit/needs.ts'
import { hauspost, hauspostProgram, outputOf, runProgram, type Told } from '../kit/run-program.ts'
import { findPortOffset, type RunningServer, startServer } from '../kit/server.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-live-'))
after(() => rmSync(home, { recursive: true, force: true }))
const data = join(home, 'post')
const host = '127.0.0.1'
const password = 'first-password'

const tell = (...words: readonly string[]): Promise<Told> => hauspost(...words, '--data', data)

/** A command that does what it says, and the words it prints. */
async function done(...words: readonly string[]): Promise<string> {
  const told = await tell(...words)
  assert.equal(told.code, 0, `${words.join(' ')}: ${told.complaints}`)
  return told.out
}

const createUser = (name: string): Promise<string> =>
  done(
    ...['udm', 'users/user', 'create', '--set', `username=${name}`, '--set', `password=${password}`],
    ...['--set', `mailPrimaryAddress=${name}@live.test`, '--set', `displayName=${name} of the journey`],
  )

async function login(t: TestContext, server: RunningServer, name: string, secret = password): Promise<ImapClient> {
  const client = await ImapClient.open(host, server.port(143))
  t.after(() => client.destroy())
  await client.command(`LOGIN ${name} ${secret}`)
  return client
}

/** Resolves when the server has hung up on a session that waits in IDLE. */
async function idleUntilGone(client: ImapClient): Promise<{ readonly gone: Promise<string> }> {
  await client.select('INBOX')
  let said = ''
  await client.idle(bytes => {
    said += bytes.toString('latin1')
  })
  return { gone: client.ended.then(() => said) }
}

test('what an administrator does acts at once', { timeout: 170_000 }, async t => {
  await done('udm', 'mail/domain', 'create', '--set', 'name=live.test')
  assert.match(await createUser('early'), /^Object created: uid=early,cn=users$/m)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  t.after(() => server.kill())

  await t.test('ucr set: the next MAIL knows the new limit', sub => changeLimit(sub, server))
  await t.test('udm on the stopped and on the running server', sub => changeUsers(sub, server))
  await t.test('AU-09 a disabled user is out at once', sub => endSessions(sub, server, 'disabled'))
  await t.test('AU-09 an old password is refused at once', sub => endSessions(sub, server, 'password'))
  const openssl = skipWithout({ openssl: 'openssl' })
  await t.test('a certificate of our own, renewed in its place', { skip: openssl }, () => changeCertificate(server))
  await t.test('exit codes 0 to 4', () => judgeExitCodes())
  await t.test('exit code 5, for somebody else', sub => judgeStranger(sub))
  assert.equal(await server.stop(), 0, server.said())
})

async function changeLimit(t: TestContext, server: RunningServer): Promise<void> {
  const wire = await greetedWire(t, server.port(25))
  const big = 'MAIL FROM:<somebody@journeys.example> SIZE=3000000'
  assert.match(await askWire(wire, big), /^250 /)
  await askWire(wire, 'RSET')
  assert.match(await done('ucr', 'set', 'mail/messagesizelimit=1000000'), /mail\/messagesizelimit/)
  assert.match(await askWire(wire, big), /^552 5\.3\.4 /)
  assert.match(await askWire(await greetedWire(t, server.port(25)), big), /^552 5\.3\.4 /)
  assert.match(await askWire(wire, 'EHLO again.example'), /SIZE 1000000$/m)
  assert.equal(await done('ucr', 'get', 'mail/messagesizelimit'), '1000000\n')
  await done('ucr', 'unset', 'mail/messagesizelimit')
  assert.match(await askWire(wire, big), /^250 /)
}

async function changeUsers(t: TestContext, server: RunningServer): Promise<void> {
  await createUser('late')
  for (const name of ['early', 'late', 'late@live.test']) await login(t, server, name)
  const wire = await greetedWire(t, server.port(25))
  assert.match(await sendLetter(wire, 'late@live.test', 'to a user made a moment ago'), /^250 /)
  const change = ['--set', 'displayName=Later', '--append', 'mailAlternativeAddress=later@live.test']
  await done('udm', 'users/user', 'modify', '--dn', 'uid=late,cn=users', ...change)
  assert.match(await sendLetter(wire, 'later@live.test', 'to a second address'), /^250 /)
  const listed = JSON.parse(await done('udm', 'users/user', 'list', '--filter', 'username=late', '--json'))
  assert.equal(listed.length, 1)
  assert.match(JSON.stringify(listed), /"Later".*later@live\.test|later@live\.test.*"Later"/)
  assert.doesNotMatch(JSON.stringify(listed), /argon2|first-password/)
  await done('udm', 'users/user', 'remove', '--dn', 'uid=late,cn=users')
  await askWire(wire, 'MAIL FROM:<somebody@journeys.example>')
  assert.match(await askWire(wire, 'RCPT TO:<late@live.test>'), /^550 5\.1\.1 /)
  await assert.rejects(login(t, server, 'late'), /AUTHENTICATIONFAILED/)
  await login(t, server, 'early')
}

const changes = {
  disabled: ['--set', 'disabled=1'],
  password: ['--set', 'password=second-password'],
} as const

async function endSessions(t: TestContext, server: RunningServer, what: keyof typeof changes): Promise<void> {
  const name = `${what}-user`
  await createUser(name)
  const { gone } = await idleUntilGone(await login(t, server, name))
  await done('udm', 'users/user', 'modify', '--dn', `uid=${name},cn=users`, ...changes[what])
  const since = Date.now()
  await assert.rejects(login(t, server, name), /AUTHENTICATIONFAILED/)
  const wire = await greetedWire(t, server.port(587))
  const plain = Buffer.from(`\0${name}\0${password}`).toString('base64')
  assert.match(await askWire(wire, `AUTH PLAIN ${plain}`), /^535 5\.7\.8 /)
  if (what === 'password') await login(t, server, name, 'second-password')
  const said = await Promise.race([gone, wait(6_000, 'still connected', { ref: false })])
  assert.match(said, /^\* BYE /m)
  assert.ok(Date.now() - since < 5_000, `${Date.now() - since} ms`)
}

const makeCertificate = (name: string): Promise<string> =>
  outputOf('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...[
      '-subj',
      `/CN=${name}.journeys.example`,
      '-keyout',
      join(home, `${name}.key`),
      '-out',
      join(home, `${name}.crt`),
    ],
  ])

/** Whose certificate openssl sees at this door. */
async function seenBy(port: number, starttls?: 'smtp' | 'imap'): Promise<string> {
  const words = ['s_client', '-connect', `${host}:${port}`, ...(starttls === undefined ? [] : ['-starttls', starttls])]
  const { out } = await runProgram('openssl', words, { input: 'QUIT\r\n' })
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(out)?.[0]
  assert.ok(pem, out)
  return new X509Certificate(pem).subject
}

async function changeCertificate(server: RunningServer): Promise<void> {
  await Promise.all(['one', 'two'].map(makeCertificate))
  const [certificate, key] = [join(home, 'own.crt'), join(home, 'own.key')]
  const install = (name: string): void => {
    copyFileSync(join(home, `${name}.key`), key)
    copyFileSync(join(home, `${name}.crt`), certificate)
  }
  const doors = [[993], [465], [25, 'smtp'], [587, 'smtp'], [143, 'imap']] as const
  const everyDoorShows = async (name: string): Promise<void> => {
    for (const end = Date.now() + 10_000; ; await wait(100))
      if ((await seenBy(server.port(993))) === `CN=${name}.journeys.example` || Date.now() > end) break
    for (const [port, starttls] of doors)
      assert.equal(await seenBy(server.port(port), starttls), `CN=${name}.journeys.example`, `${port}`)
  }
  install('one')
  await done('ucr', 'set', `mail/cyrus/ssl/certificate=${certificate}`, `mail/cyrus/ssl/key=${key}`)
  await everyDoorShows('one')
  install('two')
  await everyDoorShows('two')
}

async function judgeExitCodes(): Promise<void> {
  const cases: readonly (readonly [number, RegExp, ...string[]])[] = [
    [0, /^early/m, 'udm', 'users/user', 'list', '--properties', 'username'],
    [2, /there is no/, 'udm', 'users/usr', 'list'],
    [2, /domain/, 'udm', 'mail/domain', 'create', '--set', 'name=not a domain'],
    [2, /--nonsense/, 'queue', 'list', '--nonsense'],
    [3, /gone/, 'udm', 'users/user', 'remove', '--dn', 'uid=gone,cn=users'],
    [3, /no\/such\/variable/, 'ucr', 'get', 'no/such/variable'],
    [3, /FFFFFF/, 'queue', 'show', 'FFFFFF'],
    [4, /Object exists/, 'udm', 'mail/domain', 'create', '--set', 'name=live.test'],
  ]
  for (const [code, words, ...command] of cases) {
    const told = await tell(...command)
    if (code !== 0) assert.match(told.complaints, words, command.join(' '))
    assert.equal(told.code, code, `${command.join(' ')}: ${told.complaints}`)
    if (code === 0) continue
    const inJson = await tell(...command, '--json')
    assert.equal(inJson.code, code, command.join(' '))
    const { error } = JSON.parse(inJson.complaints)
    assert.deepEqual([typeof error.kind, typeof error.words], ['string', 'string'], command.join(' '))
  }
  assert.equal((await hauspost('queue', 'list')).code, 2)
  assert.equal((await hauspost('nonsense')).code, 2)
  assert.equal((await hauspost('queue', 'list', '--data', join(home, 'nowhere'))).code, 3)
}

/** The server's socket is its owner's: nobody else administers it, and nobody else opens its files. */
async function judgeStranger(t: TestContext): Promise<void> {
  if (process.getuid?.() !== 0) return t.skip('only root can become somebody else')
  const somebody = ['--reuid=65534', '--regid=65534', '--clear-groups', hauspostProgram]
  if ((await runProgram('setpriv', [...somebody, 'version'])).code !== 0)
    return t.diagnostic('another user cannot run the program here')
  // The way to the data is open, the data is not.
  chmodSync(home, 0o711)
  const told = await runProgram('setpriv', [...somebody, 'queue', 'list', '--data', data])
  assert.equal(told.code, 5, told.complaints)
  assert.match(told.complaints, /^hauspost: [^\n]+\n$/)
}
