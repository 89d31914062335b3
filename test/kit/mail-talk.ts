import type { TestContext } from 'node:test'
import { openWire, type Wire } from './wire.ts'

/** A sender in front of a plain SMTP door, greeted; gone at the end of the test. */
export async function greetedWire(t: TestContext, port: number): Promise<Wire> {
  const wire = await openWire({ port })
  t.after(() => wire.destroy())
  await wire.reply()
  await askWire(wire, 'EHLO journeys.example')
  return wire
}

/** One line and its reply. */
export async function askWire(wire: Wire, line: string): Promise<string> {
  await wire.send(`${line}\r\n`)
  return (await wire.reply()) ?? 'the connection ended'
}

/** Up to 354: what follows is content. */
export async function openContent(wire: Wire, to: string): Promise<void> {
  for (const line of ['MAIL FROM:<somebody@journeys.example>', `RCPT TO:<${to}>`]) {
    const reply = await askWire(wire, line)
    if (!reply.startsWith('250')) throw new Error(`${line}: ${reply}`)
  }
  const reply = await askWire(wire, 'DATA')
  if (!reply.startsWith('354')) throw new Error(reply)
}

export const shortLetter = (subject: string, bodyLines = 1): string =>
  `From: somebody@journeys.example\r\nSubject: ${subject}\r\n\r\n${'the body of a letter\r\n'.repeat(bodyLines)}`

/** A whole transaction; the reply to its end. */
export async function sendLetter(wire: Wire, to: string, subject: string, bodyLines = 1): Promise<string> {
  await openContent(wire, to)
  await wire.send(`${shortLetter(subject, bodyLines)}.\r\n`)
  return (await wire.reply()) ?? 'the connection ended'
}
