import type { Mailbox } from '#mail/store'
import { type ListCommand, type LsubCommand, matchesList, parseListPattern } from '#standards/imap'
import { type Answer, type Answers, completed } from '../answers.ts'
import type { LoggedIn } from '../session.ts'
import { Turns } from '../turns.ts'
import { statusOf } from './status.ts'

/** LIST, RFC 3501 §6.3.8, with RFC 5258 (LIST-EXTENDED), RFC 6154 (SPECIAL-USE), RFC 5819 (LIST-STATUS). */
export async function* handleList(command: ListCommand, session: LoggedIn): Answers {
  const { tag, patterns, select } = command
  if (patterns.length === 1 && patterns[0] === '' && select.length === 0) {
    // Only the delimiter and the root of the reference are asked for.
    yield { kind: 'list', as: 'LIST', attributes: ['\\Noselect'], delimiter: '/', mailbox: '' }
    return yield completed(tag, 'LIST completed')
  }
  const mailboxes = [...(await session.account.listMailboxes())].sort(byName)
  const subscribed = new Set(await session.account.listSubscriptions())
  const parents = parentsOf(mailboxes.map(mailbox => mailbox.name))
  const matches = makeMatcher(command.reference, patterns)
  const selectsSubscribed = select.includes('SUBSCRIBED')
  const turns = new Turns()
  const overChildren = select.includes('RECURSIVEMATCH')
    ? parentsOf(await without(subscribed, matches, turns))
    : new Set<string>()
  const existing = new Map(mailboxes.map(mailbox => [mailbox.name, mailbox]))
  const names = selectsSubscribed
    ? [...new Set([...existing.keys(), ...subscribed, ...overChildren])].sort()
    : existing.keys()

  for (const name of names) {
    // Who matches nothing yields nothing, and would never be interrupted.
    if (turns.isOver()) await turns.next()
    if (!matches(name)) continue
    const mailbox = existing.get(name)
    const isSubscribed = subscribed.has(name)
    if (selectsSubscribed && !isSubscribed && !overChildren.has(name)) continue
    if (select.includes('SPECIAL-USE') && !mailbox?.specialUse) continue
    const attributes: string[] = mailbox ? [] : ['\\NonExistent']
    if (isSubscribed && (selectsSubscribed || command.return.includes('SUBSCRIBED'))) attributes.push('\\Subscribed')
    attributes.push(parents.has(name) ? '\\HasChildren' : '\\HasNoChildren')
    if (mailbox?.specialUse) attributes.push(mailbox.specialUse)
    yield {
      kind: 'list',
      as: 'LIST',
      attributes,
      delimiter: '/',
      mailbox: name,
      ...(overChildren.has(name) && { childInfo: ['SUBSCRIBED'] }),
    }
    if (mailbox && command.status) yield await statusOf(mailbox, command.status, session)
  }
  yield completed(tag, 'LIST completed')
}

/** LSUB, RFC 3501 §6.3.9: under `%`, what is subscribed further down shows as its parent with \Noselect. */
export async function* handleLsub({ tag, reference, patterns }: LsubCommand, session: LoggedIn): Answers {
  const subscribed = [...(await session.account.listSubscriptions())].sort()
  const matches = makeMatcher(reference, patterns)
  const known = new Set(subscribed)
  const turns = new Turns()
  const passed = patterns.some(pattern => pattern.includes('%'))
    ? [...parentsOf(await without(subscribed, matches, turns))].filter(name => !known.has(name))
    : []
  const line = (mailbox: string, attributes: readonly string[]): Answer =>
    ({ kind: 'list', as: 'LSUB', attributes, delimiter: '/', mailbox }) as const
  for (const name of [...subscribed, ...passed]) {
    if (turns.isOver()) await turns.next()
    if (matches(name)) yield line(name, known.has(name) ? [] : ['\\Noselect'])
  }
  yield completed(tag, 'LSUB completed')
}

function makeMatcher(reference: string, patterns: readonly string[]): (name: string) => boolean {
  const ready = patterns.map(pattern => parseListPattern(reference, pattern))
  return name => ready.some(pattern => matchesList(pattern, name))
}

async function without(names: Iterable<string>, matches: (name: string) => boolean, turns: Turns): Promise<string[]> {
  const others: string[] = []
  for (const name of names) {
    if (turns.isOver()) await turns.next()
    if (!matches(name)) others.push(name)
  }
  return others
}

const byName = (a: Mailbox, b: Mailbox): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

function parentsOf(names: readonly string[]): Set<string> {
  const parents = new Set<string>()
  for (const name of names)
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      const parent = name.slice(0, at)
      if (parents.has(parent)) break
      parents.add(parent)
    }
  return parents
}
