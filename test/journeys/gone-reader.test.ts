import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { askAdmin } from '#servers/admin'
import { greetedWire, openContent } from '../kit/mail-talk.ts'
import { childEnvironment, hauspostProgram } from '../kit/run-program.ts'
import { createUsers, findPortOffset } from '../kit/server.ts'
import { userAddress } from '../kit/users.ts'
import { openWire } from '../kit/wire.ts'

const home = mkdtempSync(join(tmpdir(), 'hauspost-reader-'))
after(() => rmSync(home, { recursive: true, force: true }))

/** A server whose standard output and error are one pipe, which this test reads up to `ready` and no further. */
async function startWithPipe(t: TestContext, name: string) {
  const data = join(home, name)
  await createUsers(data, 1)
  const pipe = join(home, `${name}.pipe`)
  execFileSync('mkfifo', [pipe])
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(pipe, constants.O_WRONLY)
  const offset = await findPortOffset()
  const words = ['serve', '--data', data, '--bind', '127.0.0.1', '--port-offset', `${offset}`]
  const child = spawn(hauspostProgram, words, { stdio: ['ignore', writer, writer], env: childEnvironment() })
  closeSync(writer)
  const ended = once(child, 'exit')
  t.after(() => child.kill('SIGKILL'))
  const read = (): string => {
    const buffer = Buffer.alloc(65_536)
    try {
      return buffer.toString('latin1', 0, readSync(reader, buffer))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return ''
      throw error
    }
  }
  for (let said = ''; !/^ready$/m.test(said); await wait(20)) {
    assert.equal(child.exitCode, null, said)
    said += read()
  }
  return {
    smtp: 25 + offset,
    admin: join(data, 'run', 'admin.sock'),
    read,
    leave: () => closeSync(reader),
    async stop() {
      child.kill('SIGTERM')
      const [code] = await ended
      return code as number | null
    },
  }
}

/** What strangers say before the greeting are lines of the log; one of several is quick enough for that. */
async function talkEarly(port: number): Promise<void> {
  for (let count = 0; count < 5; count++) {
    const wire = await openWire({ port })
    await wire.send('EHLO early.example\r\n')
    await wire.reply()
    wire.destroy()
  }
}

test('OP-01 when nobody reads the log any more, the server serves on, and stops as it should', async t => {
  const server = await startWithPipe(t, 'gone')
  server.leave()
  await talkEarly(server.smtp)
  const wire = await greetedWire(t, server.smtp)
  await openContent(wire, userAddress(1))
  await wire.send('Subject: under way\r\n\r\nthe first half\r\n')
  await wait(50)
  const stopped = server.stop()
  await wait(100)
  await wire.send('the second half\r\n.\r\n')
  assert.match((await wire.reply()) ?? 'no reply', /^250 /)
  assert.equal(await stopped, 0)
})

test('OP-01 a log that is not read fast enough holds nothing up, and tells what was lost', async t => {
  const server = await startWithPipe(t, 'slow')
  t.after(() => server.leave())
  // Each of these is a line of 90 kB: the third does not fit into any pipe, the sixth into no memory of ours.
  const assignments = Array.from({ length: 1_000 }, (_, i) => ({
    key: `mail/alias/${'x'.repeat(70)}${i}`,
    value: 'root@example.test',
    onlyIfUnset: false,
  }))
  for (let count = 0; count < 8; count++) {
    const given = { layer: 'normal', assignments }
    const answer = await askAdmin(server.admin, { operation: 'variable.set', arguments: given })
    assert.equal(answer?.ok, true)
  }
  await talkEarly(server.smtp)
  const wire = await greetedWire(t, server.smtp)
  wire.destroy()
  let said = ''
  for (const end = Date.now() + 10_000; !said.includes('log-lines-lost') && Date.now() < end; await wait(10))
    said += server.read()
  assert.match(said, /"event":"log-lines-lost","lines":[1-9]/)
  for (const line of said.trimEnd().split('\n')) JSON.parse(line)
  assert.equal(await server.stop(), 0)
})
