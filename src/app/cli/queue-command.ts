import type { QueueRecipientRow, QueueRow } from '#mail/admin'
import { beginCommand, type Command, chosenDirectory, complainOf, usage } from './command.ts'
import { fitForTerminal } from './fit-for-terminal.ts'
import { reachServer } from './reach-server.ts'

const help = `usage: hauspost queue list | show ID | remove ID   [--data DIR] [--json]

  list        every letter that is not yet at its end, the oldest first
  show ID     one of them; ID is what the 250 reply and the Received line say
  remove ID   takes it out: nobody gets it any more`

const recipientText = ({ address, state, at, until, attempts, why }: QueueRecipientRow): string => {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  const when = until === undefined ? '' : ` until ${until} after ${tries}`
  const reason = why === undefined ? '' : `: ${fitForTerminal(why)}`
  return `        <${fitForTerminal(address)}> ${state}${at === undefined ? '' : ` ${at}`}${when}${reason}`
}

const rowText = (row: QueueRow): string =>
  [
    `${row.id}  ${row.received}  ${row.size} bytes  from <${fitForTerminal(row.sender)}>`,
    ...row.recipients.map(recipientText),
  ].join('\n')

export const queueCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, {}, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  const [verb = '', id, ...more] = options.rest
  if (!['list', 'show', 'remove'].includes(verb) || (verb === 'list') !== (id === undefined) || more.length > 0) {
    return complainOf(
      usage("queue list, queue show ID or queue remove ID; 'hauspost queue --help'").failure,
      terminal,
      json,
    )
  }
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const answer = await reachServer(data.value, ask => ask(`queue.${verb}`, id === undefined ? {} : { id }))
  if (!answer.ok) return complainOf(answer.failure, terminal, json)
  if (json) terminal.print(JSON.stringify(answer.value))
  else if (verb === 'remove') terminal.print(`Removed: ${(answer.value as { readonly id: string }).id}`)
  else {
    const rows = verb === 'list' ? (answer.value as readonly QueueRow[]) : [answer.value as QueueRow]
    terminal.print(rows.length === 0 ? 'The queue is empty.' : rows.map(rowText).join('\n'))
  }
  return 0
}
