import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { behindTrace } from '../kit/behind-trace.ts'
import {
  readByCurl,
  readByMbsync,
  readByMutt,
  type SendingPlace,
  sendByCurl,
  sendBySwaks,
} from '../kit/mail-programs.ts'
import { skipWithout, skipWithoutPerl } from '../kit/needs.ts'
import { type ImapAccount, readByImaplib } from '../kit/read-by-imaplib.ts'
import { hauspost } from '../kit/run-program.ts'
import { type ServedProgram, serveProgram } from '../kit/serve-program.ts'
import { findPortOffset } from '../kit/server.ts'

const programs = { curl: 'curl', mbsync: 'isync', mutt: 'mutt', python3: 'python3', script: 'bsdutils', swaks: 'swaks' }
const skip = skipWithout(programs) || skipWithoutPerl({ 'Net::SSLeay': 'libnet-ssleay-perl' })
const host = '127.0.0.1'
const sampleLetters = 3

/** What the start has printed: passwords and ports, as a person reads them. */
interface Printed {
  readonly anna: string
  readonly ben: string
  readonly port: (door: string) => number
}

function readTable(said: string): Printed {
  const password = (name: string): string => {
    const found = new RegExp(`^ +${name} +(\\S+) +${name}@example\\.test$`, 'm').exec(said)?.[1]
    assert.ok(found, `no login of ${name}: ${said}`)
    return found
  }
  const port = (door: string): number => {
    const found = new RegExp(`^ +(\\d+) +${door} `, 'm').exec(said)?.[1]
    assert.ok(found, `no port of ${door}: ${said}`)
    return Number(found)
  }
  return { anna: password('anna'), ben: password('ben'), port }
}

async function start(data: string, portOffset: number): Promise<{ server: ServedProgram; printed: Printed }> {
  const server = serveProgram(['--demo', '--data', data, '--port-offset', String(portOffset)])
  assert.ok(await server.ready, server.complaints())
  return { server, printed: readTable(server.out()) }
}

/** A letter with what goes wrong on the way: dots at the start of a line, eight bits, long lines, trailing spaces. */
const makeLetter = (name: string): string =>
  [
    'From: Ben Okafor <ben@example.test>',
    'To: Anna Berg <anna@example.test>',
    `Subject: ${name}`,
    'Date: Tue, 24 Nov 2026 08:00:00 +0000',
    `Message-ID: <${name.replaceAll(' ', '-')}@journeys.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    '.one dot',
    '..two dots',
    '.',
    'From the start of a line',
    Buffer.from('Grüße aus Köln 🥧', 'utf8').toString('latin1'),
    'trailing blanks \t ',
    '%DATE% is nobody to fill in',
    'x'.repeat(900),
    '',
    'the last line',
    '',
  ].join('\r\n')

/** Letters may be on their way when the program that sent them has ended. */
async function readWhenThere(account: ImapAccount, count: number): ReturnType<typeof readByImaplib> {
  for (const end = Date.now() + 15_000; ; await wait(100)) {
    const read = await readByImaplib({ ...account, mailbox: 'INBOX', tls: 'tls' })
    if (read.length >= count || Date.now() > end) return read
  }
}

test('the first start of a newcomer', { skip, timeout: 170_000 }, async t => {
  const home = mkdtempSync(join(tmpdir(), 'hauspost-first-'))
  const data = join(home, 'post')
  const portOffset = await findPortOffset()
  let running: ServedProgram | undefined
  try {
    const { server, printed } = await start(data, portOffset)
    running = server
    const anna = { host, port: printed.port('imaps'), user: 'anna', password: printed.anna }
    const sent = new Map<string, string>()

    await t.test('says what listens where, who may log in, and what to try', () => {
      const doors = ['smtp', 'submissions', 'submission', 'imap', 'imaps', 'lmtp'].map(printed.port)
      assert.deepEqual(
        doors,
        [25, 465, 587, 143, 993, 2003].map(port => port + portOffset),
      )
      for (const program of ['curl', 'swaks', 'mutt', 'queue list']) assert.match(server.out(), new RegExp(program))
      assert.equal(server.complaints(), '')
      assert.equal(statSync(data).mode & 0o077, 0, 'others may look into the data')
    })

    await t.test('has letters to look at', async () => {
      const read = await readByImaplib({ ...anna, mailbox: 'INBOX', tls: 'tls', structures: true })
      assert.equal(read.length, sampleLetters)
      for (const { content } of read) assert.match(behindTrace(content), /^From: /)
      const ben = { ...anna, port: printed.port('imap'), user: 'ben@example.test', password: printed.ben }
      assert.equal((await readByImaplib({ ...ben, mailbox: 'INBOX', tls: 'starttls' })).length, 2)
    })

    await t.test('takes letters from swaks and curl at every door', () => sendEverywhere(printed, sent))

    await t.test('gives the same bytes to imaplib, curl, mbsync and mutt', async () => {
      const count = sampleLetters + sent.size
      const read = await readWhenThere(anna, count)
      const inOrder = read.map(message => message.content)
      const bySubject = new Map(inOrder.map(text => [/^Subject: (.*)\r$/m.exec(text)?.[1] ?? '', behindTrace(text)]))
      for (const [name, letter] of sent) assert.equal(bySubject.get(name), letter, name)
      assert.deepEqual(await readByCurl(anna, count), inOrder)
      // These two keep letters in files, where a line ends with LF.
      const inFiles = inOrder.map(text => text.replaceAll('\r\n', '\n')).sort()
      assert.deepEqual([...(await readByMbsync(anna, home))].sort(), inFiles)
      assert.deepEqual([...(await readByMutt(anna, home))].sort(), inFiles)
    })

    await t.test('catches what goes to other servers', async () => {
      const login = { user: 'ben', password: printed.ben }
      const place: SendingPlace = { host, port: printed.port('submissions'), tls: 'from-the-start', login }
      await sendByCurl(place, { from: 'ben@example.test', to: 'you@elsewhere.example', content: makeLetter('outside') })
      const { code, out } = await hauspost('queue', 'list', '--data', data)
      assert.equal(code, 0)
      assert.match(out, /from <ben@example\.test>\n +<you@elsewhere\.example> caught/)
    })

    await t.test('refuses what it must', () => refuseStrangers(printed))

    await t.test('keeps everything for the second start', async sub => {
      const before = await readByImaplib({ ...anna, mailbox: 'INBOX', tls: 'tls' })
      running = await startAgain(sub, server, data, portOffset, printed)
      assert.deepEqual(await readByImaplib({ ...anna, mailbox: 'INBOX', tls: 'tls' }), before)
      const queue = JSON.parse((await hauspost('queue', 'list', '--data', data, '--json')).out)
      assert.equal(queue.length, 1)
      assert.match(queue[0].recipients[0].state, /^caught/)
      running.signal('SIGINT')
      assert.equal(await running.ended, 0)
    })
  } finally {
    running?.signal('SIGKILL')
    await running?.ended
    rmSync(home, { recursive: true, force: true })
  }
})

async function sendEverywhere(printed: Printed, sent: Map<string, string>): Promise<void> {
  const login = { user: 'ben@example.test', password: printed.ben }
  const places: Readonly<Record<string, SendingPlace>> = {
    smtp: { host, port: printed.port('smtp') },
    submission: { host, port: printed.port('submission'), tls: 'on-request', login },
    submissions: { host, port: printed.port('submissions'), tls: 'from-the-start', login },
  }
  for (const [door, place] of Object.entries(places))
    for (const [program, send] of Object.entries({ swaks: sendBySwaks, curl: sendByCurl })) {
      const name = `${program} at ${door}`
      const content = makeLetter(name)
      sent.set(name, content)
      await send(place, { from: 'ben@example.test', to: 'anna@example.test', content })
    }
}

async function refuseStrangers(printed: Printed): Promise<void> {
  const letter = { from: 'you@elsewhere.example', to: 'me@elsewhere.example', content: makeLetter('stranger') }
  await assert.rejects(sendBySwaks({ host, port: printed.port('smtp') }, letter), /55[0-9] 5\.7\.1/)
  const unsecured: SendingPlace = { host, port: printed.port('submission') }
  await assert.rejects(sendBySwaks(unsecured, letter), /530 5\.7\.0/)
  const login = { user: 'ben', password: 'wrong-password' }
  const place: SendingPlace = { host, port: printed.port('submission'), tls: 'on-request', login }
  await assert.rejects(sendBySwaks(place, letter), /535 5\.7\.8/)
}

async function startAgain(t: TestContext, first: ServedProgram, data: string, portOffset: number, before: Printed) {
  first.signal('SIGTERM')
  assert.equal(await first.ended, 0)
  const { server, printed } = await start(data, portOffset)
  t.after(() => server.signal('SIGKILL'))
  assert.deepEqual([printed.anna, printed.ben], [before.anna, before.ben])
  return server
}
