import { enableCompileCache } from 'node:module'

// Commands are short: the second start of one finds its modules compiled.
enableCompileCache()
// Whatever this program writes is its owner's.
process.umask(0o077)

const { runCommand } = await import('./cli/run-command.ts')
// Whatever a command that failed midway has left open must not keep the program alive.
process.exit(await runCommand(process.argv.slice(2)))
