import { isIP } from 'node:net'
import { judgeSetting } from '#config'
import { type Command, chosenDirectory, complainOf, parseOptions, splitAssignment, usage } from './command.ts'

const help = `usage: hauspost serve --data DIR [--bind ADDRESS] [--port-offset N] [--set KEY=VALUE]... [--demo]

Runs the server on the data directory DIR until it is told to end (Ctrl-C, SIGTERM).

  --data DIR         where everything is kept; made if it is not there (or HAUSPOST_DATA)
  --bind ADDRESS     listens on this address only
  --port-offset N    adds N to every port: 10000 makes 25 into 10025, for a start without root
  --set KEY=VALUE    a configuration variable for this run, stronger than what 'ucr set' says
  --demo             a domain, accounts and letters to look at; mail for elsewhere is caught, not sent`

const highestPort = 4190

export const serveCommand: Command = async (words, terminal) => {
  const parsed = parseOptions(words, {
    bind: 'value',
    'port-offset': 'value',
    set: 'values',
    demo: 'flag',
  })
  if (!parsed.ok) return complainOf(parsed.failure, terminal, words.includes('--json'))
  const options = parsed.value
  if (options.has('help')) {
    terminal.print(help)
    return 0
  }
  const refuse = (text: string): number => complainOf(usage(text).failure, terminal, options.has('json'))
  if (options.rest.length > 0) return refuse(`'${options.rest[0]}' is no option of serve`)
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, options.has('json'))
  const bind = options.value('bind')
  if (bind !== undefined && isIP(bind) === 0) return refuse(`--bind: '${bind}' is no IPv4 or IPv6 address`)
  const offset = options.value('port-offset') ?? '0'
  const portOffset = /^[0-9]{1,5}$/.test(offset) ? Number(offset) : Number.NaN
  if (!(portOffset <= 65_535 - highestPort)) return refuse(`--port-offset: a number from 0 to ${65_535 - highestPort}`)
  const set: Record<string, string> = {}
  for (const word of options.values('set')) {
    const assignment = splitAssignment(word)
    if (!assignment) return refuse(`--set takes KEY=VALUE, not '${word}'`)
    const judged = judgeSetting(...assignment)
    if (!judged.ok) return refuse(`--set: ${judged.failure.words}`)
    set[assignment[0]] = assignment[1]
  }
  const { runServer } = await import('../serve.ts')
  try {
    const ran = await runServer({
      data: data.value,
      ...(bind === undefined ? {} : { bind }),
      portOffset,
      set,
      demo: options.has('demo'),
    })
    return ran.ok ? 0 : complainOf({ kind: 'failed', words: ran.failure }, terminal, options.has('json'))
  } catch (error) {
    // Threads and sockets that are open by now would keep a server alive that serves nobody.
    terminal.complain(`hauspost: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exit(1)
  }
}
