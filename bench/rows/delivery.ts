import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ImapClient } from '../../test/kit/imap-client.ts'
import { findProgram } from '../../test/kit/needs.ts'
import { userAddress } from '../../test/kit/users.ts'
import type { SenderOrders, SenderReport } from '../load/smtp-sender.ts'
import { inParallel, percentile, type Row, type Sample } from '../row.ts'
import { login, type Target, userCount } from '../target.ts'

const sender = fileURLToPath(new URL('../load/smtp-sender.ts', import.meta.url))
const patience = 120_000

function run(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
    })
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve(said) : reject(new Error(`${program} ended with ${code}`))))
  })
}

/** One observer a mailbox: it sees a letter when STATUS counts it. */
async function openObservers(target: Target, users: number): Promise<ImapClient[]> {
  const observers: ImapClient[] = []
  for (let user = 1; user <= users; user++) observers.push(await login(target, user))
  return observers
}

const countAll = (observers: readonly ImapClient[]): Promise<number[]> =>
  Promise.all(observers.map(observer => observer.messages('INBOX')))

/** Waits until every mailbox has what it should: asks only those that are behind. */
async function awaitVisible(observers: readonly ImapClient[], wanted: readonly number[]): Promise<number> {
  const until = performance.now() + patience
  for (let user = 0; user < observers.length; user++) {
    for (;;) {
      const there = await observers[user]?.messages('INBOX')
      if ((there ?? 0) >= (wanted[user] ?? 0)) break
      if (performance.now() > until) return (wanted[user] ?? 0) - (there ?? 0)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
  }
  return 0
}

type Shape = Omit<SenderOrders, 'host' | 'port' | 'recipients'>

const warm = new WeakSet<Target>()

/** What every server does once, starting processes or compiling its code, is not the price of a letter. */
async function warmUp(target: Target, count: number): Promise<void> {
  if (warm.has(target)) return
  warm.add(target)
  await deliver(target, { size: 1024, connections: 20, count, fresh: true }, 'ours')
}

async function deliver(target: Target, shape: Shape, tool: 'ours' | 'smtp-source'): Promise<Sample> {
  const recipients = Array.from({ length: userCount }, (_, i) => userAddress(i + 1))
  const observers = await openObservers(target, userCount)
  try {
    const wanted = await countAll(observers)
    const width = tool === 'ours' ? userCount : Math.min(shape.connections, userCount)
    for (let i = 0; i < shape.count; i++) wanted[i % width] = (wanted[i % width] ?? 0) + 1
    const cpuBefore = target.account.milliseconds()
    const start = performance.now()
    const report = tool === 'ours' ? await sendOurs(target, shape, recipients) : await sendBySmtpSource(target, shape)
    if (report.failed > 0) throw new Error(`${report.failed} letters were not accepted: ${report.firstFailure}`)
    const missing = await awaitVisible(observers, wanted)
    if (missing > 0) throw new Error(`${missing} letters of one mailbox did not become visible`)
    return {
      milliseconds: performance.now() - start - (report.startUp ?? 0),
      units: shape.count,
      serverCpu: target.account.milliseconds() - cpuBefore,
      clientCpu: report.cpu,
      extra: { accepted: report.accepted / report.seconds, p50: report.p50, p99: report.p99 },
    }
  } finally {
    for (const observer of observers) observer.destroy()
  }
}

type Sent = SenderReport & { readonly startUp?: number }

async function sendOurs(target: Target, shape: Shape, recipients: readonly string[]): Promise<Sent> {
  const orders: SenderOrders = { ...shape, host: target.host, port: target.smtpPort, recipients }
  const begun = performance.now()
  const report = JSON.parse(await run(process.execPath, [sender, JSON.stringify(orders)])) as SenderReport
  // Starting and ending Node is not the server's time.
  return { ...report, startUp: performance.now() - begun - report.seconds * 1000 }
}

/** Postfix' own load program, in C; one process a connection, each to one user. */
async function sendBySmtpSource(target: Target, shape: Shape): Promise<Sent> {
  const begun = performance.now()
  await inParallel(shape.connections, shape.connections, async lane => {
    const count = Math.floor((shape.count - lane + shape.connections - 1) / shape.connections)
    const keep = shape.fresh ? [] : ['-d']
    const letter = ['-s', '1', '-m', String(count), '-l', String(shape.size), '-f', 'sender@load.example']
    await run('smtp-source', [
      '-4',
      ...keep,
      ...letter,
      '-t',
      userAddress(1 + lane),
      `${target.host}:${target.smtpPort}`,
    ])
  })
  const seconds = (performance.now() - begun) / 1000
  return { accepted: shape.count, failed: 0, seconds, cpu: Number.NaN, p50: Number.NaN, p99: Number.NaN }
}

/** One letter after the other, each watched until IMAP shows it. */
async function watchEach(target: Target, count: number): Promise<Sample> {
  const [observer] = await openObservers(target, 1)
  if (!observer) throw new Error('no observer')
  const latencies: number[] = []
  const cpuBefore = target.account.milliseconds()
  try {
    const { SmtpClient } = await import('../../test/kit/smtp-client.ts')
    const letter = Buffer.from('From: <a@load.example>\r\nSubject: one\r\n\r\none\r\n.\r\n')
    let there = await observer.messages('INBOX')
    for (let i = 0; i < count; i++) {
      const begun = performance.now()
      const client = new SmtpClient(target.host, target.smtpPort)
      await client.hello()
      const outcome = await client.transact('sender@load.example', [userAddress(1)], letter)
      if (outcome.code !== 250) throw new Error(outcome.line)
      while ((await observer.messages('INBOX')) <= there) await new Promise(resolve => setImmediate(resolve))
      there++
      latencies.push(performance.now() - begun)
      await client.quit()
    }
  } finally {
    observer.destroy()
  }
  return {
    milliseconds: latencies.reduce((sum, one) => sum + one, 0),
    units: count,
    serverCpu: target.account.milliseconds() - cpuBefore,
    clientCpu: Number.NaN,
    extra: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
  }
}

const words = (size: number): string => (size >= 1_048_576 ? '1 MB' : `${size / 1024} KB`)

function row(
  size: number,
  connections: number,
  count: number,
  fresh: boolean,
  tool: 'ours' | 'smtp-source' = 'ours',
): Row {
  const how = `${fresh ? 'new connection each' : 'kept connections'}${tool === 'ours' ? '' : ', smtp-source'}`
  return {
    name: `delivery ${words(size)}, ${connections} connections, ${how}`,
    shows: 'rate',
    measure: async target => {
      const share = Math.max(20, Math.round(count * target.pace))
      await warmUp(target, share)
      return deliver(target, { size, connections, count: share, fresh }, tool)
    },
  }
}

const counts: readonly (readonly [number, number])[] = [
  [1024, 4000],
  [10_240, 3000],
  [102_400, 800],
  [1_048_576, 150],
]

/** SMTP connect to visible in the mailbox. `scale` makes all counts smaller, for slow machines and peers. */
export function deliveryRows(scale: number): Row[] {
  const rows: Row[] = []
  for (const [size, count] of counts)
    for (const connections of size === 1_048_576 ? [20] : [1, 20, 100])
      rows.push(row(size, connections, Math.max(20, Math.round((connections === 1 ? count / 4 : count) * scale)), true))
  for (const connections of [1, 20, 100])
    rows.push(row(1024, connections, Math.round((connections === 1 ? 1000 : 4000) * scale), false))
  if (findProgram('smtp-source')) rows.push(row(1024, 20, Math.round(4000 * scale), true, 'smtp-source'))
  rows.push({
    name: 'delivery one letter watched until visible',
    shows: 'time',
    measure: target => watchEach(target, 100),
  })
  return rows
}
