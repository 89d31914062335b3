import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapClient } from '../kit/imap-client.ts'
import { greetedWire, openContent, sendLetter } from '../kit/mail-talk.ts'
import { hauspostProgram, runProgram } from '../kit/run-program.ts'
import { failedStart, type ServedProgram, serveProgram } from '../kit/serve-program.ts'
import { createUsers, findPortOffset, startServer } from '../kit/server.ts'
import { userAddress, userName, userPassword } from '../kit/users.ts'
import { openWire } from '../kit/wire.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-serve-'))
after(() => rmSync(home, { recursive: true, force: true }))
const host = '127.0.0.1'
const ports = [25, 465, 587, 143, 993, 2003]

const words = (data: string, offset: number): string[] => ['--data', data, '--bind', host, '--port-offset', `${offset}`]

/** A start that comes to `ready`, and is killed at the end of the test if it still runs. */
async function started(t: TestContext, given: readonly string[]): Promise<ServedProgram> {
  const server = serveProgram(given)
  t.after(() => server.signal('SIGKILL'))
  assert.ok(await server.ready, server.complaints())
  return server
}

/** One line for the person who typed it, and the exit code of a failure. */
function assertOneLine(told: { readonly code: number; readonly said: string }, line: RegExp, code = 1): void {
  assert.match(told.said, /^hauspost: [^\n]+\n$/)
  assert.match(told.said, line)
  assert.equal(told.code, code)
}

async function opens(address: string, port: number): Promise<boolean> {
  try {
    const wire = await openWire({ port, host: address })
    wire.destroy()
    return true
  } catch {
    return false
  }
}

/** Every file with the hash of its bytes, but for the lock's and those that SQLite makes to read a database. */
function hashes(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = files
    .map(file => join(file.parentPath, file.name))
    .filter(path => !path.includes('/run/'))
    .sort()
  return Object.fromEntries(paths.map(path => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]))
}

test('a second server on the same directory is refused, with the pid of the first', async t => {
  const data = join(home, 'twice')
  const first = await started(t, words(data, await findPortOffset()))
  const told = await failedStart(words(data, await findPortOffset()))
  assertOneLine(told, new RegExp(`${data} is in use by another server \\(pid ${first.pid}\\): stop that one first`))

  // A killed one holds nothing back.
  first.signal('SIGKILL')
  await first.ended
  const next = await started(t, words(data, await findPortOffset()))
  next.signal('SIGTERM')
  assert.equal(await next.ended, 0)
})

test('a busy port is one line with the remedy, and nothing is made', async t => {
  const offset = await findPortOffset()
  const other = createServer()
  other.listen(587 + offset, host)
  await once(other, 'listening')
  t.after(() => other.close())
  const data = join(home, 'busy')
  assertOneLine(
    await failedStart(words(data, offset)),
    new RegExp(`${host}:${587 + offset} \\(submission\\).*--port-offset`),
  )
  assert.equal(existsSync(data), false)
  // The same with a directory that is there, and afterwards it can be used.
  mkdirSync(data)
  assertOneLine(await failedStart(words(data, offset)), /--port-offset/)
  other.close()
  await once(other, 'close')
  const server = await started(t, words(data, offset))
  server.signal('SIGTERM')
  assert.equal(await server.ended, 0)
})

test('a directory that cannot be used is one line', async t => {
  const file = join(home, 'file')
  writeFileSync(file, 'a letter')
  assertOneLine(await failedStart(words(file, await findPortOffset())), new RegExp(file))
  const foreign = join(home, 'foreign')
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'thesis.txt'), 'ten years of work')
  assertOneLine(await failedStart(words(foreign, await findPortOffset())), /not a data directory.*--data/)
  assert.deepEqual(readdirSync(foreign), ['thesis.txt'])

  // Root may read everything, so somebody else must try.
  const nobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
  const [first = hauspostProgram, ...rest] = [...nobody, hauspostProgram, 'version']
  if ((await runProgram(first, rest)).code !== 0) return t.diagnostic('another user cannot run the program here')
  const closed = join(home, 'closed')
  mkdirSync(closed, { mode: nobody.length > 0 ? 0o700 : 0o000 })
  assertOneLine(await failedStart(words(closed, await findPortOffset()), nobody), /cannot be (used|read).*owner/)
})

test('a directory of a newer version is refused, and not touched', async t => {
  const data = join(home, 'newer')
  const server = await started(t, words(data, await findPortOffset()))
  server.signal('SIGTERM')
  assert.equal(await server.ended, 0)
  const database = new DatabaseSync(join(data, 'node.sqlite'))
  const { user_version: known } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  database.exec(`PRAGMA user_version = ${known + 1}`)
  database.close()
  const before = hashes(data)
  const told = await failedStart(words(data, await findPortOffset()))
  assertOneLine(told, new RegExp(`newer version of Hauspost \\(format ${known + 1}, this program knows ${known}\\)`))
  assert.deepEqual(hashes(data), before)
})

test('wrong words are one line, and nothing is made', async () => {
  const data = join(home, 'wrong')
  const offset = await findPortOffset()
  for (const [extra, line] of [
    [['--set', 'mail/messagesizelimt=1'], /mail\/messagesizelimt/],
    [['--set', 'mail/messagesizelimit=much'], /mail\/messagesizelimit/],
    [['--bind', 'localhost'], /--bind/],
    [['--port-offset', '70000'], /--port-offset/],
    [['--nonsense'], /--nonsense/],
  ] as const)
    assertOneLine(await failedStart([...words(data, offset), ...extra]), line, 2)
  assert.equal(existsSync(data), false)
})

test('a demonstration is for this machine, a server for all; LMTP never leaves it', async t => {
  const offset = await findPortOffset()
  const data = join(home, 'bind')
  const demo = await started(t, ['--demo', '--data', data, '--port-offset', `${offset}`])
  for (const port of ports) {
    assert.equal(await opens(host, port + offset), true, `${port}`)
    // Another address of this machine, which only a door for all addresses answers.
    assert.equal(await opens('127.0.0.2', port + offset), false, `${port}`)
  }
  demo.signal('SIGTERM')
  assert.equal(await demo.ended, 0)
  const server = await started(t, ['--data', data, '--port-offset', `${offset}`])
  for (const port of ports) assert.equal(await opens('127.0.0.2', port + offset), port !== 2003, `${port}`)
  assert.equal(await opens(host, 2003 + offset), true)
  server.signal('SIGTERM')
  assert.equal(await server.ended, 0)
})

test('SIGTERM under load: what is under way is answered, and the end comes within ten seconds', async t => {
  const data = join(home, 'drain')
  await createUsers(data, 1)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  try {
    const wire = await greetedWire(t, server.port(25))
    await openContent(wire, userAddress(1))
    await wire.send('Subject: under way\r\n\r\nthe first half\r\n')
    const idle = await ImapClient.login(host, server.port(143), userName(1), userPassword)
    t.after(() => idle.destroy())
    await idle.select('INBOX')
    const busy = Array.from({ length: 8 }, () => sendUntilGone(t, server.port(25)))
    await wait(100)
    const told = Date.now()
    const ended = server.stop()
    await wait(100)
    await wire.send('the second half\r\n.\r\n')
    assert.match((await wire.reply()) ?? 'no reply', /^250 /)
    assert.equal(await ended, 0, server.said())
    assert.ok(Date.now() - told < 10_000, `${Date.now() - told} ms`)
    const answered = (await Promise.all(busy)).reduce((sum, count) => sum + count, 0)

    const again = await startServer({ data, portOffset: await findPortOffset() })
    try {
      const client = await ImapClient.login(host, again.port(143), userName(1), userPassword)
      for (const end = Date.now() + 10_000; Date.now() < end; await wait(50))
        if ((await client.messages('INBOX')) >= answered + 1) break
      const found = await client.messages('INBOX')
      // One a connection may have been kept without its answer having been heard.
      assert.ok(found >= answered + 1 && found <= answered + 1 + busy.length, `${found} of ${answered} + 1`)
      await client.logout()
    } finally {
      await again.kill()
    }
  } finally {
    await server.kill()
  }
})

/** How many letters were answered with 250 before the server hung up. */
async function sendUntilGone(t: TestContext, port: number): Promise<number> {
  const wire = await greetedWire(t, port)
  for (let count = 0; ; count++) {
    const reply = await sendLetter(wire, userAddress(1), `letter ${count}`).catch(() => '')
    if (!reply.startsWith('250')) return count
  }
}
