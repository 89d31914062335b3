// The first file of the program. Plain JavaScript, and the compile cache before anything else: stripping the types of
// one file that is not yet in it takes longer than a short command.
import { enableCompileCache } from 'node:module'

enableCompileCache()
// Whatever this program writes is its owner's.
process.umask(0o077)

const { runCommand } = await import('./cli/run-command.ts')
// Whatever a command that failed midway has left open must not keep the program alive.
process.exit(await runCommand(process.argv.slice(2)))
