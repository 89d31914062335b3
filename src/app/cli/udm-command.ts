import { ok, type Result } from '#base/result'
import type { AdminFailure } from '#mail/admin'
import {
  type Command,
  chosenDirectory,
  complainOf,
  type Options,
  parseOptions,
  splitAssignment,
  usage,
} from './command.ts'
import { type Ask, reachServer } from './reach-server.ts'
import type { Terminal } from './terminal.ts'
import { type ObjectRow, objectText } from './udm-print.ts'

const help = `usage: udm MODULE list|create|modify|remove [options]      (udm modules lists the modules)

  list    [--filter NAME=VALUE] [--properties NAME]...
  create  --set NAME=VALUE... [--append NAME=VALUE]... [--ignore_exists]
  modify  --dn DN [--set ...] [--append ...] [--remove NAME=VALUE]... [--ignore_not_exists]
  remove  --dn DN | --filter NAME=VALUE [--ignore_not_exists]

  mail/domain  name
  users/user   username, password, displayName (or firstname, lastname), mailPrimaryAddress,
               mailAlternativeAddress (several: --append, --remove), disabled,
               mailUserQuota (MB of 1000 KiB), mailUserMessageLimit (0 or empty: no limit)

  --dn takes 'uid=anna,cn=users' or just 'anna'; --set NAME= takes a value away.
  --password-stdin reads the password as the first line of standard input, where no other user can see it.
  --position, --binddn and --bindpwd are taken and mean nothing here. Everywhere: --data DIR (or HAUSPOST_DATA), --json.`

/** What the modules call their parts in the operations. */
const modules = {
  'mail/domain': {
    operations: 'domain',
    nameProperty: 'name',
    attribute: 'cn',
    under: 'cn=domain,cn=mail',
    shown: ['name'],
  },
  'users/user': {
    operations: 'user',
    nameProperty: 'username',
    attribute: 'uid',
    under: 'cn=users',
    shown: [
      'username',
      'displayName',
      'mailPrimaryAddress',
      'mailAlternativeAddress',
      'disabled',
      'mailUserQuota',
      'mailUserMessageLimit',
    ],
  },
} as const

type Module = (typeof modules)[keyof typeof modules]

const shapes = {
  set: 'values',
  append: 'values',
  remove: 'values',
  dn: 'value',
  filter: 'value',
  properties: 'values',
  position: 'value',
  binddn: 'value',
  bindpwd: 'value',
  ignore_exists: 'flag',
  ignore_not_exists: 'flag',
  'password-stdin': 'flag',
} as const

export const udmCommand: Command = async (words, terminal) => {
  const parsed = parseOptions(words, shapes)
  if (!parsed.ok) return complainOf(parsed.failure, terminal, words.includes('--json'), 'E: ')
  const options = parsed.value
  const json = options.has('json')
  const [moduleName = '', verb = '', ...more] = options.rest
  if (options.has('help')) {
    terminal.print(help)
    return 0
  }
  if (moduleName === 'modules') {
    terminal.print(json ? JSON.stringify(Object.keys(modules)) : Object.keys(modules).join('\n'))
    return 0
  }
  const refuse = (text: string): number => complainOf(usage(text).failure, terminal, json, 'E: ')
  if (!isModule(moduleName)) return refuse(`there is no module '${moduleName}': ${Object.keys(modules).join(', ')}`)
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (!act || more.length > 0)
    return refuse(`udm ${moduleName} list, create, modify or remove; 'udm --help' tells more`)
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json, 'E: ')
  const run = async (ask: Ask): Promise<number> => {
    const failure = await act({ ask, options, module: modules[moduleName], terminal, json })
    return failure === undefined ? 0 : complainOf(failure, terminal, json, 'E: ')
  }
  return reachServer(data.value, run, made => terminal.complain(`WARNING: ${made}`))
}

const isModule = (name: string): name is keyof typeof modules => Object.hasOwn(modules, name)

interface Task {
  readonly ask: Ask
  readonly options: Options
  readonly module: Module
  readonly terminal: Terminal
  readonly json: boolean
}

/** Does one verb; returns what went wrong. */
type Verb = (task: Task) => Promise<AdminFailure | undefined>

const list: Verb = async ({ ask, options, module, terminal, json }) => {
  const wanted = options.values('properties').filter(name => name !== '*')
  const shown: readonly string[] = module.shown
  const unknown = wanted.find(name => !shown.includes(name))
  if (unknown !== undefined) return usage(`there is no property '${unknown}' to list: ${shown.join(', ')}`).failure
  const answer = await ask(`${module.operations}.list`, { filter: options.value('filter') })
  if (!answer.ok) return answer.failure
  const rows = answer.value as readonly ObjectRow[]
  terminal.print(
    json
      ? JSON.stringify(wanted.length === 0 ? rows : rows.map(row => onlyWanted(row, wanted)))
      : rows.map(row => objectText(row, wanted)).join('\n'),
  )
  return undefined
}

const onlyWanted = ({ dn, properties }: ObjectRow, wanted: readonly string[]): ObjectRow => ({
  dn,
  properties: Object.fromEntries(Object.entries(properties).filter(([name]) => wanted.includes(name))),
})

const create: Verb = async task => {
  const { ask, options, module } = task
  const change = readChange(task)
  if (!change.ok) return change.failure
  const name = change.value.set[module.nameProperty]?.at(-1)
  const given = module.operations === 'domain' ? { name } : change.value
  const written = [change.value.set, change.value.append, change.value.remove].flatMap(Object.keys)
  const unknown = module.operations === 'domain' ? written.find(each => each !== 'name') : undefined
  if (unknown !== undefined) return usage(`mail/domain has no property '${unknown}'; it has name`).failure
  if (name === undefined) return usage(`${module.nameProperty} is required: --set ${module.nameProperty}=...`).failure
  const answer = await ask(`${module.operations}.create`, given)
  if (answer.ok) return told(task, 'Object created', answer.value)
  if (
    answer.failure.kind === 'conflict' &&
    options.has('ignore_exists') &&
    answer.failure.words.startsWith('Object exists')
  ) {
    return told(task, 'Object exists', { dn: answer.failure.words.slice('Object exists: '.length) })
  }
  return answer.failure
}

const modify: Verb = async task => {
  const { ask, options, module } = task
  if (module.operations === 'domain')
    return usage('a mail domain keeps its name; create another and remove this one').failure
  const change = readChange(task)
  if (!change.ok) return change.failure
  const named = readDn(options.value('dn'), module)
  if (!named.ok) return named.failure
  const name = named.value
  if (name === undefined) return usage('which object? --dn uid=NAME,cn=users').failure
  const answer = await ask('user.modify', { username: name, ...change.value })
  if (answer.ok) return told(task, 'Object modified', answer.value)
  return ignored(task, answer.failure)
}

const remove: Verb = async task => {
  const { ask, options, module } = task
  const named = readDn(options.value('dn'), module)
  if (!named.ok) return named.failure
  let name = named.value
  const filter = options.value('filter')
  if (name === undefined && filter !== undefined) {
    const found = await ask(`${module.operations}.list`, { filter })
    if (!found.ok) return found.failure
    const rows = found.value as readonly ObjectRow[]
    if (rows.length > 1)
      return { kind: 'conflict', words: `${rows.length} objects match ${filter}: name one with --dn` }
    if (rows.length === 0) return ignored(task, { kind: 'not-found', words: `No object matches ${filter}` })
    name = rows[0]?.properties[module.nameProperty] as string | undefined
  }
  if (name === undefined) return usage('which object? --dn DN or --filter NAME=VALUE').failure
  const answer = await ask(`${module.operations}.remove`, { [module.nameProperty]: name })
  if (answer.ok) return told(task, 'Object removed', answer.value)
  return ignored(task, answer.failure)
}

const verbs: Readonly<Record<string, Verb>> = { list, create, modify, remove }

function told({ terminal, json }: Task, what: string, value: unknown): undefined {
  const { dn, warnings = [] } = value as { readonly dn: string; readonly warnings?: readonly string[] }
  for (const warning of warnings) terminal.complain(`WARNING: ${warning}`)
  terminal.print(json ? JSON.stringify(value) : `${what}: ${dn}`)
}

function ignored({ options, terminal, json }: Task, failure: AdminFailure): AdminFailure | undefined {
  if (failure.kind !== 'not-found' || !options.has('ignore_not_exists')) return failure
  terminal.print(json ? JSON.stringify({ ignored: failure.words }) : failure.words)
  return undefined
}

/** The name in front of a DN such as `uid=anna,cn=users`, or what was given if it is none. RFC 4514 §3. */
function readDn(dn: string | undefined, { attribute, under }: Module): Result<string | undefined, AdminFailure> {
  if (dn === undefined || dn === '') return ok(undefined)
  const first = dn.split(',', 1)[0] as string
  const equals = first.indexOf('=')
  if (equals < 0 || first.slice(0, equals).trim().toLowerCase() === attribute) return ok(first.slice(equals + 1).trim())
  return usage(`--dn: '${dn}' is nothing of this module; its objects are ${attribute}=NAME,${under}`)
}

type Written = Readonly<Record<string, readonly string[]>>

function readChange({
  options,
  terminal,
}: Task): Result<{ readonly set: Written; readonly append: Written; readonly remove: Written }, AdminFailure> {
  // Without a prototype: a property may have any name.
  const none = (): Record<string, string[]> => Object.create(null)
  const read = { set: none(), append: none(), remove: none() }
  for (const option of ['set', 'append', 'remove'] as const) {
    for (const word of options.values(option)) {
      const assignment = splitAssignment(word)
      // The word may be a password: it is not repeated.
      if (!assignment) return usage(`--${option} takes NAME=VALUE`)
      const [name, value] = assignment
      const values = read[option][name] ?? []
      read[option][name] = values
      if (option === 'set' && values.length === 1) {
        terminal.complain(`WARNING: several --set of ${name}: use --append to add values`)
      }
      values.push(value)
    }
  }
  if (options.has('password-stdin')) read.set.password = [terminal.readLine()]
  return ok(read)
}
