import type { VariableAssignment, VariableFact, VariableOutcome } from '#mail/admin'
import { type Command, chosenDirectory, complainOf, type Options, parseOptions, usage } from './command.ts'
import { reachServer } from './reach-server.ts'
import { searchCommand } from './search-command.ts'
import { heldValue, printFacts } from './ucr-print.ts'
import type { UcrTask } from './ucr-task.ts'

const help = `usage: ucr get KEY
       ucr set [--force|--schedule|--ldap-policy] KEY=VALUE|KEY?VALUE ...     (? sets only what is not set)
       ucr unset [--force|--schedule|--ldap-policy] KEY ...
       ucr search [--key|--value|--all] [--category C] [--brief|--verbose] [--non-empty] [REGEX ...]
       ucr info KEY ...
       ucr dump | ucr shell [KEY ...]

Layers, the strongest first: serve --set, --force, --schedule, --ldap-policy, plain set, preset.
Everywhere: --data DIR (or HAUSPOST_DATA), --json. A running server obeys at once, or says when.`

const shapes = {
  force: 'flag',
  schedule: 'flag',
  'ldap-policy': 'flag',
  key: 'flag',
  value: 'flag',
  all: 'flag',
  category: 'value',
  brief: 'flag',
  verbose: 'flag',
  'non-empty': 'flag',
  shell: 'flag',
  'keys-only': 'flag',
} as const

type Verb = (task: UcrTask) => Promise<number>

export const ucrCommand: Command = async (words, terminal) => {
  const parsed = parseOptions(words, shapes)
  if (!parsed.ok) return complainOf(parsed.failure, terminal, words.includes('--json'), 'E: ')
  const options = parsed.value
  const json = options.has('json')
  if (options.has('help')) {
    terminal.print(help)
    return 0
  }
  const [verb = '', ...rest] = options.rest
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (!act) {
    return complainOf(
      usage(`there is no 'ucr ${verb}': ${Object.keys(verbs).join(', ')}`).failure,
      terminal,
      json,
      'E: ',
    )
  }
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json, 'E: ')
  return reachServer(
    data.value,
    ask => act({ ask, options, words: rest, terminal, json }),
    made => terminal.complain(`W: ${made}`),
  )
}

const get: Verb = async task => {
  const [key, ...more] = task.words
  if (key === undefined || more.length > 0) return refused(task, 'ucr get KEY')
  const found = await findFacts(task, [key])
  if (typeof found === 'number') return found
  const value = heldValue(found[0] as VariableFact)
  if (task.json) task.terminal.print(JSON.stringify({ key, value: value ?? null }))
  else if (value !== undefined) task.terminal.print(value)
  return 0
}

const set: Verb = async task => {
  const layer = chosenLayer(task.options)
  if (layer === undefined) return refused(task, 'one of --force, --schedule and --ldap-policy')
  const assignments: VariableAssignment[] = []
  for (const word of task.words) {
    const place = word.search(/[=?]/)
    if (place < 1) {
      task.terminal.complain(`W: Missing value for config registry variable '${word}'`)
      continue
    }
    assignments.push({ key: word.slice(0, place), value: word.slice(place + 1), onlyIfUnset: word[place] === '?' })
  }
  if (assignments.length === 0) return refused(task, 'ucr set KEY=VALUE ...')
  const answer = await task.ask('variable.set', { layer, assignments })
  if (!answer.ok) return complainOf(answer.failure, task.terminal, task.json, 'E: ')
  return tellOutcomes(task, answer.value as readonly VariableOutcome[])
}

const unset: Verb = async task => {
  const layer = chosenLayer(task.options)
  if (layer === undefined) return refused(task, 'one of --force, --schedule and --ldap-policy')
  if (task.words.length === 0) return refused(task, 'ucr unset KEY ...')
  const answer = await task.ask('variable.unset', { layer, keys: task.words })
  if (!answer.ok) return complainOf(answer.failure, task.terminal, task.json, 'E: ')
  return tellOutcomes(task, answer.value as readonly VariableOutcome[])
}

const words = {
  set: 'Setting',
  created: 'Create',
  'not-updated': 'Not updating',
  unset: 'Unsetting',
} as const

function tellOutcomes({ terminal, json }: UcrTask, outcomes: readonly VariableOutcome[]): number {
  if (json) terminal.print(JSON.stringify(outcomes))
  for (const { key, did, applies, maskedBy, doubt } of outcomes) {
    if (did === 'was-unset') terminal.complain(`W: The config registry variable '${key}' is not set in this layer`)
    else if (!json) terminal.print(`${words[did]} ${key}`)
    if (doubt !== undefined) terminal.complain(`W: ${key}: ${doubt}`)
    const isGone = did === 'unset' || did === 'was-unset'
    const isSame = did === 'was-unset' || did === 'not-updated'
    if (maskedBy !== undefined)
      terminal.complain(`W: ${key} is ${isGone ? 'still set in' : 'overridden by'} scope "${maskedBy}"`)
    else if (!isSame && applies !== 'at once') terminal.complain(`W: ${key} applies ${applies}`)
  }
  return 0
}

const show: Verb = async task => {
  if (task.words.length === 0) return refused(task, 'ucr info KEY ...')
  const facts = await findFacts(task, task.words)
  if (typeof facts === 'number') return facts
  printFacts(task.terminal, facts, task.json ? 'json' : 'verbose')
  return 0
}

const dump: Verb = async task => {
  const facts = await findFacts(task, task.words)
  if (typeof facts === 'number') return facts
  const { options, json } = task
  const form = json ? 'json' : options.has('keys-only') ? 'keys' : options.has('shell') ? 'shell' : 'brief'
  printFacts(
    task.terminal,
    facts.filter(fact => heldValue(fact) !== undefined),
    form,
  )
  return 0
}

const shell: Verb = async task => {
  const facts = await findFacts(task, task.words)
  if (typeof facts === 'number') return facts
  const form = task.json ? 'json' : task.options.has('keys-only') ? 'keys' : 'shell'
  printFacts(
    task.terminal,
    facts.filter(fact => heldValue(fact) !== undefined),
    form,
  )
  return 0
}

const search: Verb = async task => {
  const facts = await findFacts(task, [])
  return typeof facts === 'number' ? facts : searchCommand(task, facts)
}

const verbs: Readonly<Record<string, Verb>> = { get, set, unset, search, info: show, dump, shell }

/** The facts of these keys, or of all; or the exit code after a complaint. */
async function findFacts(task: UcrTask, keys: readonly string[]): Promise<readonly VariableFact[] | number> {
  const answer = await task.ask('variable.list', { keys })
  if (!answer.ok) return complainOf(answer.failure, task.terminal, task.json, 'E: ')
  return answer.value as readonly VariableFact[]
}

const layerOptions = { force: 'forced', schedule: 'schedule', 'ldap-policy': 'ldap' } as const

function chosenLayer(options: Options): string | undefined {
  const chosen = Object.entries(layerOptions).filter(([option]) => options.has(option))
  return chosen.length > 1 ? undefined : (chosen[0]?.[1] ?? 'normal')
}

const refused = ({ terminal, json }: UcrTask, text: string): number =>
  complainOf(usage(`expected ${text}`).failure, terminal, json, 'E: ')
