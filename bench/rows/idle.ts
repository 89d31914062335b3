import type { ImapClient } from '../../test/kit/imap-client.ts'
import { SmtpClient } from '../../test/kit/smtp-client.ts'
import { userAddress } from '../../test/kit/users.ts'
import { machineBytes, privateBytes } from '../cpu-account.ts'
import { inParallel, percentile, type Row, type Sample } from '../row.ts'
import { login, type Target, userCount } from '../target.ts'

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** What a waiting connection costs, and how soon it hears of new mail. */
async function waitTogether(target: Target, count: number, tls: boolean): Promise<Sample> {
  // A few sessions first: what the server loads once is not the price of a connection.
  await inParallel(4, userCount, async index => {
    const client = await login(target, 1 + index, tls)
    await client.select('INBOX')
    await client.logout()
  })
  await pause(500)
  const memoryBefore = privateBytes(target.account)
  const machineBefore = machineBytes()
  const cpuBefore = target.account.milliseconds()
  const heard = new Array<number>(count).fill(0)
  const clients: ImapClient[] = []
  const start = performance.now()
  try {
    await inParallel(20, count, async index => {
      const client = await login(target, 1 + (index % userCount), tls)
      clients.push(client)
      await client.select('INBOX')
      await client.idle(bytes => {
        if (bytes.includes('EXISTS')) heard[index] ||= performance.now()
      })
    })
    const milliseconds = performance.now() - start
    const serverCpu = target.account.milliseconds() - cpuBefore
    await pause(2000)
    const memory = (privateBytes(target.account) - memoryBefore) / count
    const machine = (machineBefore - machineBytes()) / count
    const idleFrom = target.account.milliseconds()
    await pause(2000)
    const idleCpu = (target.account.milliseconds() - idleFrom) / 2
    const notices = await measureNotices(target, heard)
    return {
      milliseconds,
      units: count,
      serverCpu,
      clientCpu: Number.NaN,
      extra: {
        bytesEach: memory,
        machineBytesEach: machine,
        idleCpuMsPerSecond: idleCpu,
        noticeP50: percentile(notices, 0.5),
        noticeMax: Math.max(...notices),
      },
    }
  } finally {
    for (const client of clients) client.destroy()
    await pause(500)
  }
}

/** From the 250 for a letter until the first of its owner's sessions hears EXISTS. */
async function measureNotices(target: Target, heard: number[]): Promise<number[]> {
  const notices: number[] = []
  const letter = Buffer.from('From: <a@load.example>\r\nSubject: notice\r\n\r\nnotice\r\n.\r\n')
  const client = new SmtpClient(target.host, target.smtpPort)
  await client.hello()
  for (let user = 1; user <= 10; user++) {
    const mine = heard.flatMap((_, index) => (index % userCount === user - 1 ? [index] : []))
    for (const index of mine) heard[index] = 0
    const outcome = await client.transact('sender@load.example', [userAddress(user)], letter)
    if (outcome.code !== 250) throw new Error(outcome.line)
    const accepted = performance.now()
    while (!mine.some(index => (heard[index] ?? 0) > 0)) {
      if (performance.now() - accepted > 30_000) throw new Error('no notice of new mail within 30 s')
      await pause(1)
    }
    const first = Math.min(...mine.map(index => heard[index] || Number.POSITIVE_INFINITY))
    notices.push(Math.max(0, first - accepted))
  }
  await client.quit()
  return notices
}

/** `tls` only where the target speaks it. */
export const idleRows = (tls: boolean): Row[] =>
  [false, ...(tls ? [true] : [])].map(secure => ({
    name: `idle 1000 connections${secure ? ', TLS' : ''}`,
    shows: 'extra' as const,
    measure: (target: Target) => waitTogether(target, 1000, secure),
  }))
