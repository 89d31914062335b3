import type { DecisionRow } from '#mail/admin'
import { beginCommand, type Command, chosenDirectory, complainOf, usage } from './command.ts'
import { fitForTerminal } from './fit-for-terminal.ts'
import { reachServer } from './reach-server.ts'

const help = `usage: hauspost decisions list [--limit N] [--for TEXT] [--data DIR] [--json]

Where is my message? What was heard and decided about each letter, the newest first.

  --limit N    looks at the last N (100)
  --for TEXT   only those whose sender, recipient or id contains TEXT`

function decisionText(row: DecisionRow): string {
  const { address, helo, tls, user } = row.peer
  const peer = `${address} (${helo})${tls === undefined ? '' : ` ${tls}`}${user === undefined ? '' : ` as ${user}`}`
  const lines = [
    `${row.at}  ${row.id ?? '-'}  ${row.door} from ${peer}`,
    `        <${row.sender}> to ${row.recipients.map(each => `<${each}>`).join(' ')}  ${row.size} bytes`,
    ...row.decided.map(
      ({ rule, about, verdict }) => `        ${rule}${about === undefined ? '' : ` ${about}`}: ${verdict}`,
    ),
    `        outcome: ${row.outcome}`,
  ]
  return lines.map(fitForTerminal).join('\n')
}

const speaksOf = (row: DecisionRow, text: string): boolean =>
  [row.id ?? '', row.sender, ...row.recipients].some(each => each.toLowerCase().includes(text))

export const decisionsCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, { limit: 'value', for: 'value' }, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  const limit = options.value('limit') ?? '100'
  if (options.rest.length !== 1 || options.rest[0] !== 'list' || !/^[0-9]{1,6}$/.test(limit)) {
    return complainOf(
      usage("decisions list [--limit N] [--for TEXT]; 'hauspost decisions --help'").failure,
      terminal,
      json,
    )
  }
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const answer = await reachServer(data.value, ask => ask('decision.list', { limit: Number(limit) }))
  if (!answer.ok) return complainOf(answer.failure, terminal, json)
  const about = options.value('for')?.toLowerCase()
  const rows = (answer.value as readonly DecisionRow[]).filter(row => about === undefined || speaksOf(row, about))
  if (json) terminal.print(JSON.stringify(rows))
  else
    terminal.print(rows.length === 0 ? 'Nothing was decided about such a letter.' : rows.map(decisionText).join('\n'))
  return 0
}
