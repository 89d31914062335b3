import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeSmtpPorts, openDoor } from './smtp-door.ts'
import { type Cut, plainText } from './transcript-text.ts'
import { openWire } from './wire.ts'

/**
 * A dialogue as text. `C:` is a line of the client, `c:` the same without its CRLF; `S:` a line of the server. Lines
 * of one side belong together. `TLS` begins TLS, `END` is the end of the connection, `L:` a letter that came out of
 * it: sender > recipients > content. `#` comments, `!` sets something: door, tls, setting.
 * `\r \n \0 \\ \xNN` are what they are.
 */
export interface Transcript {
  readonly name: string
  readonly door: 'mx' | 'submission' | 'lmtp'
  readonly tls: boolean
  readonly settings: Readonly<Record<string, number | boolean | string>>
  readonly steps: readonly Step[]
  readonly letters: readonly string[]
}

type Step =
  | { readonly do: 'say'; readonly bytes: string }
  | { readonly do: 'hear'; readonly lines: readonly string[] }
  | { readonly do: 'tls' }
  | { readonly do: 'end' }

export function parseTranscript(name: string, text: string): Transcript {
  const settings: Record<string, number | boolean | string> = {}
  const steps: Step[] = []
  const letters: string[] = []
  let door: Transcript['door'] = 'mx'
  let tls = false
  for (const line of text.split('\n')) {
    const mark = line.slice(0, 2)
    const rest = line.slice(3)
    const last = steps.at(-1)
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('! door ')) door = line.slice(7) as Transcript['door']
    else if (line === '! tls') tls = true
    else if (line.startsWith('! ')) {
      const [key = '', value = ''] = line.slice(2).split(' ')
      settings[key] = value === 'true' || value === 'false' ? value === 'true' : Number(value)
    } else if (line === 'TLS') steps.push({ do: 'tls' })
    else if (line === 'END') steps.push({ do: 'end' })
    else if (mark === 'L:') letters.push(plainText(rest))
    else if (mark === 'C:' || mark === 'c:') {
      const bytes = plainText(rest) + (mark === 'C:' ? '\r\n' : '')
      if (last?.do === 'say') steps[steps.length - 1] = { do: 'say', bytes: last.bytes + bytes }
      else steps.push({ do: 'say', bytes })
    } else if (mark === 'S:') {
      if (last?.do === 'hear') steps[steps.length - 1] = { do: 'hear', lines: [...last.lines, plainText(rest)] }
      else steps.push({ do: 'hear', lines: [plainText(rest)] })
    } else throw new Error(`${name}: what is ${JSON.stringify(line)}?`)
  }
  return { name, door, tls, settings, steps, letters }
}

export function readTranscripts(room: 'smtp' | 'lmtp'): Transcript[] {
  const folder = fileURLToPath(new URL(`../transcripts/${room}/`, import.meta.url))
  return readdirSync(folder)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .map(name => parseTranscript(name.slice(0, -4), readFileSync(folder + name, 'utf8')))
}

/** Plays it against a door of its own; the client's bytes are cut as told. */
export async function playTranscript(
  t: TestContext,
  transcript: Transcript,
  cut: Cut,
  { slow = false }: { readonly slow?: boolean } = {},
): Promise<void> {
  const ports = makeSmtpPorts({ slow, slowWrites: slow })
  const { door, tls, settings } = transcript
  const { port, door: opened } = await openDoor(t, { door, tls, settings, ports })
  const wire = await openWire({ port, ...(tls ? { tls: {} } : {}) })
  try {
    for (const step of transcript.steps) {
      if (step.do === 'say') await wire.send(...cut(step.bytes))
      else if (step.do === 'tls') await wire.startTls()
      else if (step.do === 'end') assert.equal(await wire.line(), undefined)
      else for (const line of step.lines) assert.equal(await wire.line(), line)
    }
    assert.equal(wire.unread, '')
  } finally {
    wire.destroy()
  }
  const letters = ports.letters.map(letter => `${letter.sender} > ${letter.recipients.join(' ')} > ${letter.content}`)
  assert.deepEqual(letters, transcript.letters)
  await opened.close(1_000)
  assert.equal(ports.open.size, 0, 'drafts left over')
}
