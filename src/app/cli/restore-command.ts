import { resolve } from 'node:path'
import { runCareTask } from './care-task.ts'
import { beginCommand, type Command, chosenDirectory, complainOf, usage } from './command.ts'
import { bytesText } from './show-progress.ts'

const help = `usage: hauspost restore --from FOLDER --data DIR [--json]

Makes the new data directory DIR of the backup in FOLDER; DIR must be empty or not there. Mail clients keep what they have
loaded: no UID that they may have seen is given again. What was on its way in the queue is delivered again.

Exit codes: 0 done, 1 failed, or letters are broken in the backup.`

export const restoreCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, { from: 'value' }, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  const from = options.value('from')
  if (from === undefined || options.rest.length > 0) {
    return complainOf(usage("restore --from FOLDER --data DIR; 'hauspost restore --help'").failure, terminal, json)
  }
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const { restoreStore } = await import('../wire-care.ts')
  return runCareTask(
    { terminal, json, directory: data.value },
    care => restoreStore(resolve(from), data.value, care),
    report => {
      const { at, segments, bytes, broken } = report
      if (json) terminal.print(JSON.stringify(report))
      else {
        for (const each of broken) terminal.print(`damage: ${each}`)
        terminal.print(`${data.value} is as the store was at ${at}: ${segments} segments, ${bytesText(bytes)}.`)
      }
      return broken.length > 0 ? 1 : 0
    },
    `empty ${data.value} before you try again`,
  )
}
