import assert from 'node:assert/strict'
import type { EmbeddedEngine } from '#adapters/embedded'
import { latin1Text } from '#base/bytes'

/** Letters of very different sizes, each recognisable. */
export const letterText = (number: number): string =>
  `Subject: ${number}\r\n\r\n${`line of ${number}\r\n`.repeat(number % 7 === 6 ? 30_000 : (number * 37) % 400)}`

/** What the killed program said about its letters. */
export interface Said {
  readonly lines: readonly string[]
  numbers(word: string): ReadonlySet<number>
}

export function readSaid(output: string): Said {
  // The last line may be cut off in the middle.
  const lines = output.split('\n').slice(0, -1)
  return {
    lines,
    numbers: word => new Set(lines.filter(line => line.startsWith(`${word} `)).map(line => Number(line.split(' ')[1]))),
  }
}

/** I1, I2, I3 for the queue: all that was acknowledged is here once and whole, and nothing that nobody tried. */
export async function checkQueue({ queue, contents }: EmbeddedEngine, said: Said): Promise<void> {
  const entries = await queue.list()
  const here = new Map<number, number>()
  for (const entry of entries) {
    const number = Number(entry.recipients[0]?.address.slice(1).split('@')[0])
    assert.ok(said.numbers('try').has(number), `letter ${number} was never tried`)
    assert.ok(!here.has(number), `letter ${number} is here twice`)
    assert.ok(!said.numbers('gone').has(number), `letter ${number} came back`)
    assert.equal(latin1Text(await contents.read(entry.content)), letterText(number))
    here.set(number, entry.id)
  }
  const refused = said.numbers('no-space')
  for (const number of refused) assert.ok(!here.has(number), `letter ${number} was refused and is here`)
  for (const number of said.numbers('ack'))
    assert.ok(here.has(number) || said.numbers('deliver').has(number), `letter ${number} is lost`)
  assert.ok((await queue.listDecisions(10_000)).length >= said.numbers('ack').size, 'a decision is lost')
}
