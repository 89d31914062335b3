import type { Command } from './command.ts'
import { systemTerminal, type Terminal } from './terminal.ts'

/** Every command, loaded when it is called for: a short one must not wait for the server's modules. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve-command.ts')).serveCommand,
  ucr: async () => (await import('./ucr-command.ts')).ucrCommand,
  udm: async () => (await import('./udm-command.ts')).udmCommand,
  queue: async () => (await import('./queue-command.ts')).queueCommand,
  decisions: async () => (await import('./decisions-command.ts')).decisionsCommand,
  undelete: async () => (await import('./undelete-command.ts')).undeleteCommand,
  verify: async () => (await import('./verify-command.ts')).verifyCommand,
  backup: async () => (await import('./backup-command.ts')).backupCommand,
  restore: async () => (await import('./restore-command.ts')).restoreCommand,
  version: async () => (await import('./version-command.ts')).versionCommand,
}

const help = `usage: hauspost <command> [arguments]

  serve      runs the server on a data directory
  udm        domains and users: list, create, modify, remove
  ucr        configuration: get, set, unset, search, info, dump, shell
  queue      letters on their way: list, show, remove
  decisions  where is my message? What was decided about each letter
  undelete   brings back users, mailboxes and messages that were removed
  verify     is the store whole? Reads all of it and says what is wrong
  backup     copies the store of a running server to a folder; later ones copy what is new
  restore    makes a new data directory of a backup
  version    which version this is

'hauspost <command> --help' tells more. 'udm' and 'ucr' are commands of their own, too.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 denied.`

export async function runCommand(words: readonly string[], terminal: Terminal = systemTerminal): Promise<number> {
  const [name = '', ...rest] = words
  if (name === 'help' || name === '--help' || name === '-h') {
    const [topic] = rest
    if (topic !== undefined && Object.hasOwn(commands, topic)) return runCommand([topic, '--help'], terminal)
    terminal.print(help)
    return 0
  }
  if (name === '--version' || name === '-V') return runCommand(['version'], terminal)
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    terminal.complain(name === '' ? help : `hauspost: there is no command '${name}'; 'hauspost help' lists them`)
    return 2
  }
  try {
    return await (await load())(rest, terminal)
  } catch (error) {
    terminal.complain(`hauspost: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}
