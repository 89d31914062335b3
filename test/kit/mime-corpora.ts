import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { corpusMessage } from './message-corpora.ts'

/** The names of all messages of the corpora, below the suites' folder: those without a NUL, which mail cannot carry. */
export function corpusNames(suites: string): readonly string[] {
  const corpora = JSON.parse(readFileSync(join(suites, 'bin/mime-corpora.json'), 'utf8')) as readonly {
    readonly dir: string
    readonly match: string
  }[]
  return corpora
    .flatMap(({ dir, match }) =>
      readdirSync(join(suites, dir), { recursive: true, encoding: 'utf8' })
        .filter(name => new RegExp(match).test(name.slice(name.lastIndexOf('/') + 1)))
        .map(name => `${dir}/${name}`)
        .sort(),
    )
    .filter(name => {
      const message = corpusMessage(name)
      return message.length > 0 && !message.includes(0)
    })
}

/** So many of them, in the order that the random numbers give. */
export function choose<T>(all: readonly T[], count: number, random: () => number): readonly T[] {
  const left = [...all]
  const chosen: T[] = []
  while (chosen.length < count && left.length > 0) {
    const at = Math.floor(random() * left.length)
    chosen.push(left[at] as T)
    left[at] = left[left.length - 1] as T
    left.pop()
  }
  return chosen
}

/** As it must be kept, one byte a character: a bare CR is a space (docs/decisions/0007), and the last line ends. */
export function asKept(message: Uint8Array): string {
  const text = Buffer.from(message)
    .toString('latin1')
    .replace(/\r(?!\n)/g, ' ')
  return text.endsWith('\r\n') ? text : `${text}\r\n`
}

/** As it goes behind DATA: dots doubled, the end marked. RFC 5321 §4.5.2. */
export function asSent(message: Uint8Array): Buffer {
  const text = Buffer.from(message).toString('latin1')
  const ended = text.endsWith('\r\n') ? text : `${text}\r\n`
  return Buffer.from(`${ended.replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1')
}
