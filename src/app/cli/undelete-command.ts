import type { RemovedUserRow, RetainedMailboxRow, RetainedMessageRow } from '#mail/admin'
import { beginCommand, type Command, chosenDirectory, complainOf, type Options, usage } from './command.ts'
import { fitForTerminal } from './fit-for-terminal.ts'
import { reachServer } from './reach-server.ts'

const help = `usage: hauspost undelete users                        who was removed and can come back
       hauspost undelete user NAME                    brings back a user: login, addresses and mail
       hauspost undelete list NAME [MAILBOX]          what can be brought back of a user's mail
       hauspost undelete mail NAME MAILBOX [--uid SET] [--into MAILBOX]

  mail     puts into the mailbox, or into the one of --into, what was expunged from it, or all that was in it when it
           was removed; --uid takes some only, such as 3,7:12. Messages get new UIDs; repeating it doubles nothing.
  MAILBOX  a name, or #NUMBER from the list when several have had one name.

What was expunged or removed is kept for mail/retention/days days. Everywhere: --data DIR (or HAUSPOST_DATA), --json.`

const userText = ({ username, account, removed, address }: RemovedUserRow): string =>
  `${username}  #${account}  removed ${removed}${address === undefined ? '' : `  <${fitForTerminal(address)}>`}`

const mailboxText = ({ id, name, removed, messages }: RetainedMailboxRow): string =>
  `${fitForTerminal(name)}  #${id}  ${messages} ${messages === 1 ? 'message' : 'messages'}${removed === undefined ? ' expunged' : `, removed ${removed}`}`

const messageText = ({ uid, ended, size, from, subject }: RetainedMessageRow): string =>
  `${uid}  ${ended}  ${size} bytes  ${fitForTerminal(from)}: ${fitForTerminal(subject)}`

interface Wish {
  readonly operation: string
  readonly given: Readonly<Record<string, unknown>>
  readonly show: (value: never) => string
}

const lines = <Row>(text: (row: Row) => string, none: string) => {
  return (rows: readonly Row[]): string => (rows.length === 0 ? none : rows.map(text).join('\n'))
}

/** What the words ask for; `undefined` when they ask for nothing that there is. */
function wishOf(words: readonly string[], options: Options): Wish | undefined {
  const [verb, username, mailbox, ...more] = words
  const [uids, into] = [options.value('uid'), options.value('into')]
  const isMail = verb === 'mail' && mailbox !== undefined
  if (more.length > 0 || (!isMail && (uids !== undefined || into !== undefined))) return undefined
  if (verb === 'users' && username === undefined)
    return { operation: 'undelete.users', given: {}, show: lines(userText, 'Nobody was removed.') }
  if (username === undefined) return undefined
  if (verb === 'user' && mailbox === undefined)
    return {
      operation: 'undelete.user',
      given: { username },
      show: ({ dn }: { dn: string }) => `Object restored: ${dn}`,
    }
  if (verb === 'list' && mailbox === undefined)
    return { operation: 'undelete.list', given: { username }, show: lines(mailboxText, 'Nothing was deleted.') }
  if (verb === 'list')
    return { operation: 'undelete.messages', given: { username, mailbox }, show: lines(messageText, 'Nothing.') }
  if (!isMail) return undefined
  const given = { username, mailbox, ...(uids === undefined ? {} : { uids }), ...(into === undefined ? {} : { into }) }
  return { operation: 'undelete.mail', given, show: restoredText }
}

const restoredText = ({ mailbox, messages, already }: { mailbox: string; messages: number; already: number }): string =>
  `${messages} ${messages === 1 ? 'message' : 'messages'} brought back into ${fitForTerminal(mailbox)}${already > 0 ? `; ${already} stood there already` : ''}`

export const undeleteCommand: Command = async (words, terminal) => {
  const begun = beginCommand(words, terminal, { uid: 'value', into: 'value' }, help)
  if (typeof begun === 'number') return begun
  const { options, json } = begun
  const wish = wishOf(options.rest, options)
  if (!wish)
    return complainOf(usage("undelete users, user, list or mail; 'hauspost undelete --help'").failure, terminal, json)
  const data = chosenDirectory(options, terminal)
  if (!data.ok) return complainOf(data.failure, terminal, json)
  const answer = await reachServer(data.value, ask => ask(wish.operation, wish.given))
  if (!answer.ok) return complainOf(answer.failure, terminal, json)
  terminal.print(json ? JSON.stringify(answer.value) : wish.show(answer.value as never))
  return 0
}
