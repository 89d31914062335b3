import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, complainOf, parseOptions, usage } from './command.ts'

const help = `usage: hauspost version [--json]

Prints which version of Hauspost this is, and of which Node it runs on.`

export const versionCommand: Command = async (words, terminal) => {
  const options = parseOptions(words, {})
  const json = words.includes('--json')
  if (!options.ok) return complainOf(options.failure, terminal, json)
  if (options.value.has('help')) {
    terminal.print(help)
    return 0
  }
  if (options.value.rest.length > 0) return complainOf(usage('version takes no words').failure, terminal, json)
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
  const facts = { hauspost: version as string, node: process.versions.node }
  terminal.print(json ? JSON.stringify(facts) : `hauspost ${facts.hauspost} (Node ${facts.node})`)
  return 0
}
