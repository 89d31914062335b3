import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, complainOf, parseOptions } from './command.ts'

export const versionCommand: Command = async (words, terminal) => {
  const options = parseOptions(words, {})
  if (!options.ok) return complainOf(options.failure, terminal, false)
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
  const facts = { hauspost: version as string, node: process.versions.node }
  terminal.print(options.value.has('json') ? JSON.stringify(facts) : `hauspost ${facts.hauspost} (Node ${facts.node})`)
  return 0
}
