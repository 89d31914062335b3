/**
 * The SMTP load, a process of its own so that its CPU is counted apart. Its orders come as one JSON argument;
 * what it did goes to standard output as one JSON line.
 */
import { SmtpClient } from '../../test/kit/smtp-client.ts'
import { percentile } from '../row.ts'

export type SenderOrders = {
  readonly host: string
  readonly port: number
  readonly recipients: readonly string[]
  readonly size: number
  readonly connections: number
  readonly count: number
  /** Does each letter come over a connection of its own? */
  readonly fresh: boolean
}
export type SenderReport = {
  readonly accepted: number
  readonly failed: number
  readonly firstFailure?: string
  readonly seconds: number
  readonly cpu: number
  readonly p50: number
  readonly p99: number
}

/** A letter of exactly this size, already as it goes behind DATA; its Message-ID has room for a number. */
function makeTemplate(size: number): { readonly bytes: Buffer; readonly at: number } {
  const head = 'From: <sender@load.example>\r\nTo: <someone@peers.test>\r\nSubject: load\r\nMessage-ID: <'
  const rest = '@load.example>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n\r\n'
  const line = `${'the quick brown fox jumps over the lazy dog and on it goes'.padEnd(70, ' again')}\r\n`
  const bodySize = Math.max(4, size - head.length - 16 - rest.length)
  const body = `${line.repeat(Math.ceil(bodySize / line.length)).slice(0, bodySize - 2)}\r\n`.replace(
    /\r\r\n$/,
    'x\r\n',
  )
  return { bytes: Buffer.from(`${head}${'0'.repeat(16)}${rest}${body}.\r\n`, 'latin1'), at: head.length }
}

async function send(orders: SenderOrders): Promise<SenderReport> {
  const template = makeTemplate(orders.size)
  const run = (Date.now() % 1e8) * 1e6
  const latencies: number[] = []
  let next = 0
  let failed = 0
  let firstFailure: string | undefined
  const cpuBefore = process.cpuUsage()
  const start = performance.now()

  const lane = async (): Promise<void> => {
    let client: SmtpClient | undefined
    while (next < orders.count) {
      const number = next++
      const begun = performance.now()
      if (!client) {
        client = new SmtpClient(orders.host, orders.port)
        await client.hello()
      }
      const content = Buffer.from(template.bytes)
      content.write(String(run + number).padStart(16, '0'), template.at, 'latin1')
      const to = orders.recipients[number % orders.recipients.length] as string
      const outcome = await client.transact('sender@load.example', [to], content)
      if (outcome.code === 250) latencies.push(performance.now() - begun)
      else {
        failed++
        firstFailure ??= outcome.line
      }
      if (orders.fresh || outcome.code !== 250) {
        await client.quit()
        client = undefined
      }
    }
    await client?.quit()
  }
  await Promise.all(Array.from({ length: orders.connections }, lane))

  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    accepted: latencies.length,
    failed,
    ...(firstFailure === undefined ? {} : { firstFailure }),
    seconds: (performance.now() - start) / 1000,
    cpu: (user + system) / 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}

if (import.meta.main) console.log(JSON.stringify(await send(JSON.parse(process.argv[2] ?? '{}') as SenderOrders)))
