import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { skipWithout, skipWithoutPerl } from '../kit/needs.ts'
import { runProgram } from '../kit/run-program.ts'
import { createUsers, findPortOffset, type RunningServer, startServer } from '../kit/server.ts'
import { suitesFolder } from '../kit/suites.ts'
import { userAddress, userPassword } from '../kit/users.ts'

const suites = suitesFolder()
const python = skipWithout({ python3: 'python3' })
const without = suites === undefined ? 'the suites are not beside the project' : false

/** What a suite asks and we answer otherwise, with the reason; one that passes after all is told of. */
type Exceptions = Readonly<Record<string, string>>

const clientsInClear: Exceptions = {
  msmtp: 'sends no password in the clear unless the server has CRAM-MD5 or SCRAM; over TLS it sends',
}

/** The checks of these names need doors that we do not have yet. */
const otherDoors = /^SKIP \S+: no (pop3|sieve) port given$/

const clients = {
  curl: 'curl',
  fetchmail: 'fetchmail',
  getmail: 'getmail6',
  mbsync: 'isync',
  msmtp: 'msmtp',
  mutt: 'mutt',
  neomutt: 'neomutt',
  offlineimap: 'offlineimap3',
  perl: 'perl',
  python3: 'python3',
  swaks: 'swaks',
}
const perlModules = {
  'Authen::SASL': 'libauthen-sasl-perl',
  'IO::Socket::SSL': 'libio-socket-ssl-perl',
  'Mail::IMAPClient': 'libmail-imapclient-perl',
}
const skipClients = skipWithout(clients) || skipWithoutPerl(perlModules)

const linesOf = (out: string, mark: string): string[] => out.split('\n').filter(line => line.startsWith(`${mark} `))
const nameIn = (line: string): string => /^\S+ +([^ :]+)/.exec(line)?.[1] ?? line

/** Every check passes but the exceptions; the suite's own words are shown for one that does not. */
function judge(t: TestContext, out: string, exceptions: Exceptions = {}): void {
  const summary = /^passed .*$/m.exec(out)?.[0]
  assert.ok(summary, `the suite did not come to its end:\n${out.slice(-2000)}`)
  t.diagnostic(summary)
  const failed = linesOf(out, 'FAIL').map(nameIn)
  assert.deepEqual(
    failed.filter(name => exceptions[name] === undefined),
    [],
    out,
  )
  for (const name of Object.keys(exceptions)) if (!failed.includes(name)) t.diagnostic(`${name} passes after all`)
}

const runner = (name: string): string => join(suites ?? '', 'bin', name)

test('the suites of others against the whole server', { skip: without, timeout: 240_000, concurrency: 5 }, async t => {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-suites-'))
  await createUsers(data, 6)
  const server = await startServer({ data, portOffset: await findPortOffset() })
  try {
    await Promise.all([
      t.test("imaptest's scripted dialogues", sub => runDialogues(sub, server)),
      t.test('SM-01 SM-02 SM-03 SM-04 SM-05 no false end of data lets a letter out by SMTP', { skip: python }, sub =>
        runSmuggling(sub, server, 25, 3, []),
      ),
      t.test('SM-01 SM-02 SM-03 SM-04 SM-05 no false end of data lets a letter out by LMTP', { skip: python }, sub =>
        runSmuggling(sub, server, 2003, 4, ['lmtp=yes']),
      ),
      t.test('mail programs without TLS', { skip: skipClients }, sub => runClients(sub, server, 5, false)),
      t.test('mail programs with TLS', { skip: skipClients }, sub => runClients(sub, server, 6, true)),
    ])
    assert.equal(await server.stop(), 0, server.said())
  } finally {
    await server.kill()
    rmSync(data, { recursive: true, force: true })
  }
})

async function runDialogues(t: TestContext, server: RunningServer): Promise<void> {
  const words = [runner('imaptest-lite.mjs'), server.host, String(server.port(143)), userAddress(1), userPassword]
  const second = { USER2: userAddress(2), PASS2: userPassword }
  const { out } = await runProgram(process.execPath, words, { env: second, seconds: 180 })
  judge(t, out)
  for (const line of linesOf(out, 'SKIP')) t.diagnostic(line)
}

async function runSmuggling(
  t: TestContext,
  server: RunningServer,
  port: number,
  user: number,
  more: readonly string[],
): Promise<void> {
  const place = [server.host, String(server.port(port)), userAddress(user)]
  const look = [`imap=${server.port(143)}`, `user=${userAddress(user)}`, `pass=${userPassword}`]
  const { out } = await runProgram('python3', [runner('smtp-smuggle.py'), ...place, ...look, ...more], { seconds: 180 })
  judge(t, out)
  assert.equal(linesOf(out, 'ok').length, 16)
}

/** getmail misses the end of its own child when that comes early, and then waits for a minute: it is tried thrice. */
const hasty = 'getmail_imap'
const hastySeconds = 15

async function runClients(t: TestContext, server: RunningServer, user: number, tls: boolean): Promise<void> {
  const ports = tls ? { imap: 993, smtp: 465, lmtp: 2003 } : { imap: 143, smtp: 587, lmtp: 2003 }
  const places = Object.entries(ports).map(([name, port]) => `${name}=${server.port(port)}`)
  // The programs that look at certificates want the name for which ours is made.
  const login = [tls ? 'localhost' : server.host, userAddress(user), userPassword]
  const words = [runner('run-clients.py'), ...login, ...places, ...(tls ? ['tls=yes'] : [])]
  const { out } = await runProgram('python3', [...words, `only=^(?!${hasty})`], { seconds: 180 })
  judge(t, out, tls ? {} : clientsInClear)
  assert.deepEqual(
    linesOf(out, 'SKIP').filter(line => !otherDoors.test(line)),
    [],
  )
  for (let tries = 1; ; tries++) {
    const alone = await runProgram('python3', [...words, `only=^${hasty}`], { seconds: hastySeconds })
    if (alone.code !== -1 || tries === 3) return judge(t, alone.out)
  }
}
