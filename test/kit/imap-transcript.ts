import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openTestDoor } from './imap-door.ts'
import { type Cut, plainText } from './transcript-text.ts'
import { openWire, type Wire } from './wire.ts'

/**
 * A dialogue as text. `C:` is a line of the client, `c:` the same without its CRLF, `S:` a line of the server, `END`
 * the end of the connection. Lines of one side belong together. A digit and a space before it name another connection
 * of the same account. In a line of the server `<n>` is a number and `<any>` any text; `\r \n \0 \\ \xNN` are what
 * they are. `#` comments, `!` sets a setting of the door.
 */
export interface ImapTranscript {
  readonly name: string
  readonly settings: Readonly<Record<string, number | boolean>>
  readonly steps: readonly Step[]
}

type Step = { readonly on: string } & (
  | { readonly do: 'say'; readonly bytes: string }
  | { readonly do: 'hear'; readonly lines: readonly string[] }
  | { readonly do: 'end' }
)

function parseTranscript(name: string, text: string): ImapTranscript {
  const settings: Record<string, number | boolean> = {}
  const steps: Step[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const set = /^! (\w+) (\w+)$/.exec(line)
    if (set) {
      settings[set[1] as string] = set[2] === 'true' || set[2] === 'false' ? set[2] === 'true' : Number(set[2])
      continue
    }
    const [, on = '1', mark, rest = ''] = /^(?:(\d) )?(END|[CcS]:) ?(.*)$/.exec(line) ?? []
    const last = steps.at(-1)
    const goesOn = last?.on === on ? last : undefined
    if (mark === 'END') steps.push({ on, do: 'end' })
    else if (mark === 'S:') {
      if (goesOn?.do === 'hear') steps[steps.length - 1] = { on, do: 'hear', lines: [...goesOn.lines, rest] }
      else steps.push({ on, do: 'hear', lines: [rest] })
    } else if (mark) {
      const bytes = plainText(rest) + (mark === 'C:' ? '\r\n' : '')
      if (goesOn?.do === 'say') steps[steps.length - 1] = { on, do: 'say', bytes: goesOn.bytes + bytes }
      else steps.push({ on, do: 'say', bytes })
    } else throw new Error(`${name}: what is ${JSON.stringify(line)}?`)
  }
  return { name, settings, steps }
}

export function readImapTranscripts(): ImapTranscript[] {
  const folder = fileURLToPath(new URL('../transcripts/imap/', import.meta.url))
  return readdirSync(folder)
    .filter(name => name.endsWith('.txt'))
    .sort()
    .map(name => parseTranscript(name.slice(0, -4), readFileSync(folder + name, 'utf8')))
}

/** Plays it against a new account; the client's bytes are cut as told. */
export async function playImapTranscript({ settings, steps }: ImapTranscript, cut: Cut): Promise<void> {
  const door = await openTestDoor(settings)
  const wires = new Map<string, Wire>()
  try {
    for (const step of steps) {
      const wire = wires.get(step.on) ?? (await openWire({ port: door.server.ports[0] as number }))
      wires.set(step.on, wire)
      if (step.do === 'say') await wire.send(...cut(step.bytes))
      else if (step.do === 'end') assert.equal(await wire.line(), undefined)
      else for (const line of step.lines) assertLine(await wire.line(), line)
    }
    for (const wire of wires.values()) assert.equal(wire.unread, '')
    assert.deepEqual(door.log, [])
  } finally {
    for (const wire of wires.values()) wire.destroy()
  }
}

function assertLine(heard: string | undefined, wanted: string): void {
  if (!/<(n|any)>/.test(wanted)) {
    assert.equal(heard, plainText(wanted))
    return
  }
  const pattern = wanted
    .split(/(<n>|<any>)/)
    .map(piece => ({ '<n>': '\\d+', '<any>': '.*' })[piece] ?? RegExp.escape(plainText(piece)))
  assert.match(heard ?? '(end)', new RegExp(`^${pattern.join('')}$`), `wanted ${wanted}`)
}
