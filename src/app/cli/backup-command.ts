import { resolve } from 'node:path'
import { runCareTask } from './care-task.ts'
import { beginCommand, type Command, chosenDirectory, complainOf, usage } from './command.ts'
import { bytesText } from './show-progress.ts'

const help = `usage: hauspost backup FOLDER [--data DIR] [--json]

Copies the whole data directory into FOLDER, also while a server runs on it, as it is at one moment, and reads back what
was copied. Another backup into the same folder copies only the letters that are new. Ctrl-C ends it; the backup that was
there before stays good until the new one is whole.

Exit codes: 0 done, 1 failed, or letters are broken in the store itself.`

export const backupCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, {}, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  const [folder, ...more] = options.rest
  if (folder === undefined || more.length > 0) {
    return complainOf(usage("backup FOLDER; 'hauspost backup --help'").failure, terminal, json)
  }
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const { backupStore } = await import('../wire-care.ts')
  return runCareTask(
    { terminal, json, directory: data.value },
    care => backupStore(data.value, resolve(folder), care),
    report => {
      const { at, segments, bytes, copied, broken } = report
      if (json) terminal.print(JSON.stringify(report))
      else {
        for (const each of broken) terminal.print(`damage: ${each}`)
        terminal.print(
          `Backup of ${at}: ${segments} segments, ${bytesText(bytes)}, of which ${bytesText(copied)} are new.`,
        )
      }
      return broken.length > 0 ? 1 : 0
    },
    'the backup before stays good, and the same command again makes this one',
  )
}
