import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { greetedWire, sendLetter } from '../kit/mail-talk.ts'
import { hauspost } from '../kit/run-program.ts'
import { failedStart, type ServedProgram, serveProgram } from '../kit/serve-program.ts'
import { findPortOffset } from '../kit/server.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-refused-'))
after(() => rmSync(home, { recursive: true, force: true }))

const words = (data: string, offset: number, bind = '127.0.0.1'): string[] => [
  '--data',
  data,
  '--bind',
  bind,
  '--port-offset',
  `${offset}`,
]

/** One line for the person who typed it, and the exit code of a failure. */
function assertOneLine(told: { readonly code: number; readonly said: string }, line: RegExp): void {
  assert.match(told.said, /^hauspost: [^\n]+\n$/)
  assert.match(told.said, line)
  assert.equal(told.code, 1)
}

async function started(t: TestContext, given: readonly string[]): Promise<ServedProgram> {
  const server = serveProgram(given)
  t.after(() => server.signal('SIGKILL'))
  assert.ok(await server.ready, server.complaints())
  return server
}

async function stop(server: ServedProgram): Promise<void> {
  server.signal('SIGTERM')
  assert.equal(await server.ended, 0)
}

const filesIn = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

test('a start that finds a busy port leaves a used directory as it was, also with --demo', async t => {
  const data = join(home, 'used')
  const offset = await findPortOffset()
  const first = await started(t, words(data, offset))
  // The directory says more than the ports: the same server is in the way of both.
  assertOneLine(await failedStart(words(data, offset)), new RegExp(`in use by another server \\(pid ${first.pid}\\)`))
  await stop(first)
  rmSync(join(data, 'certificates'), { recursive: true })
  const before = filesIn(data)
  const other = createServer()
  other.listen(993 + offset, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  for (const more of [['--demo'], []])
    assertOneLine(await failedStart([...words(data, offset), ...more]), /127\.0\.0\.1:\d+ \(imaps\).*--port-offset/)
  assert.deepEqual(filesIn(data), before)
  assert.equal((await hauspost('udm', 'users/user', 'list', '--data', data)).out.trim(), '')
})

test('a server of somebody is not made a demonstration, and its mail stays in the queue', async t => {
  const data = join(home, 'real')
  const offset = await findPortOffset()
  assert.equal((await hauspost('udm', 'mail/domain', 'create', '--set', 'name=corp.test', '--data', data)).code, 0)
  const told = await failedStart([...words(data, offset), '--demo'])
  assert.match(
    told.said,
    /\nhauspost: \S+ has domains or users of its own[^\n]*--demo[^\n]*\n$|^hauspost: \S+ has domains/,
  )
  assert.equal(told.code, 1)
  assert.deepEqual(JSON.parse((await hauspost('udm', 'users/user', 'list', '--json', '--data', data)).out), [])
  await stop(await started(t, words(data, offset)))
  // A demonstration is one again.
  const demo = join(home, 'demo')
  for (let times = 0; times < 2; times++) await stop(await started(t, [...words(demo, offset), '--demo']))
})

test('commands that want a stopped server at the same time wait for each other', async () => {
  const data = join(home, 'queued')
  const names = ['a.test', 'b.test', 'c.test', 'd.test']
  const made = await Promise.all(
    names.map(name => hauspost('udm', 'mail/domain', 'create', '--set', `name=${name}`, '--data', data)),
  )
  assert.deepEqual(
    made.map(({ code }) => code),
    names.map(() => 0),
  )
  const complaints = made.map(each => each.complaints).filter(each => each !== '')
  assert.ok(complaints.length > 0, 'whoever made the directory says so')
  for (const each of complaints) assert.equal(each, `WARNING: ${data} is made: a new data directory\n`)
  const listed = JSON.parse((await hauspost('udm', 'mail/domain', 'list', '--json', '--data', data)).out)
  assert.equal(listed.length, 4)
})

test('what is in the way of a start is one line, or JSON for a program', async t => {
  const data = join(home, 'blocked')
  const offset = await findPortOffset()
  await stop(await started(t, words(data, offset)))
  assertOneLine(await failedStart(words(data, offset, 'fe80::1')), /fe80::1 is no address of this machine.*--bind/)
  assertOneLine(await failedStart(words('/proc/post', offset)), /\/proc\/post.*(cannot be used|free some space)/)
  rmSync(join(data, 'certificates'), { recursive: true })
  writeFileSync(join(data, 'certificates'), 'a file in the place of a folder')
  const line = new RegExp(`${join(data, 'certificates')} cannot be used \\(EEXIST\\)`)
  assertOneLine(await failedStart(words(data, offset)), line)
  const { said, code } = await failedStart([...words(data, offset), '--json'])
  assert.match(JSON.parse(said).error.words, line)
  assert.deepEqual([JSON.parse(said).error.kind, code], ['failed', 1])
  // And nothing of the failed starts is in the way of the next.
  rmSync(join(data, 'certificates'))
  await stop(await started(t, words(data, offset)))
})

test('commands that only look make no store, and no folder', async () => {
  const empty = join(home, 'empty')
  mkdirSync(empty)
  for (const words of [
    'udm users/user list',
    'udm mail/domain list',
    'queue list',
    'udm users/user remove --dn anna',
  ]) {
    const told = await hauspost(...words.split(' '), '--data', empty)
    assert.equal(told.code, 3, words)
    assert.match(told.complaints, /there is no data directory/)
    assert.deepEqual(readdirSync(empty), [], words)
  }
  const file = join(home, 'file')
  writeFileSync(file, 'a letter')
  const told = await hauspost('udm', 'mail/domain', 'create', '--set', 'name=x.test', '--data', file)
  assert.match(told.complaints, new RegExp(`^E: ${file} is not a data directory[^\\n]*\\n$`))
})

test('a demonstration gives its postmaster a mailbox, and says what it no longer knows', async t => {
  const data = join(home, 'demo')
  const offset = await findPortOffset()
  const given = ['--demo', ...words(data, offset)]
  const first = await started(t, given)
  assert.equal((await hauspost('ucr', 'get', 'mail/alias/postmaster', '--data', data)).out, 'anna@example.test\n')
  const sender = await greetedWire(t, 25 + offset)
  for (const to of ['Postmaster', 'postmaster@example.test'])
    assert.match(await sendLetter(sender, to, `to ${to}`), /^250 /)
  const change = ['--set', 'password=another-secret']
  assert.equal((await hauspost('udm', 'users/user', 'modify', '--dn', 'anna', ...change, '--data', data)).code, 0)
  assert.equal((await hauspost('ucr', 'set', 'mail/alias/postmaster=ben@example.test', '--data', data)).code, 0)
  await stop(first)
  const second = await started(t, [...given, '--set', 'mail/cyrus/imap=no'])
  assert.match(second.out(), /^ {2}anna +\(changed since\) +anna@example\.test$/m)
  assert.match(second.out(), /^ {2}ben +[a-z]{6}-[a-z]{6} +ben@example\.test$/m)
  assert.doesNotMatch(second.out(), /imaps?\b/)
  assert.equal((await hauspost('ucr', 'get', 'mail/alias/postmaster', '--data', data)).out, 'ben@example.test\n')
  await stop(second)
  writeFileSync(join(data, 'demo-passwords.json'), '{"anna":')
  assertOneLine(await failedStart(given), /demo-passwords\.json holds no passwords: remove it, and start again/)
})

test('RFC 5321 §4.5.1: a server whose postmaster has no mailbox says so at its start, and how to mend it', async t => {
  const data = join(home, 'postmaster')
  const given = words(data, await findPortOffset())
  const warning = /"level":"warning","event":"no-postmaster","remedy":"ucr set mail\/alias\/postmaster=ADDRESS"/
  const first = await started(t, given)
  assert.match(first.complaints(), warning)
  await stop(first)
  for (const line of [
    'udm mail/domain create --set name=x.test',
    'udm users/user create --set username=u1 --set password=secretsecret --set mailPrimaryAddress=u1@x.test',
    'ucr set mail/alias/postmaster=u1@x.test',
  ])
    assert.equal((await hauspost(...line.split(' '), '--data', data)).code, 0, line)
  const second = await started(t, given)
  assert.doesNotMatch(second.complaints(), /no-postmaster/)
  await stop(second)
})
