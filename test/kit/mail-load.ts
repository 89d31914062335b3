import { ImapClient } from './imap-client.ts'
import type { Ledger } from './ledger.ts'
import { makeLetter, stuffed } from './letters.ts'
import { readMailbox, readNumbers } from './read-mailbox.ts'
import type { RunningServer } from './server.ts'
import { SmtpClient } from './smtp-client.ts'
import { userAddress, userName, userPassword } from './users.ts'

export const rigUsers = 4
const senders = 5
const appenders = 2
/** The user who also works on what he has: flags, copies, moves, expunges. */
const worker = 4
const betweenLetters = 40
/** What a server may say whose disk goes away under it; RFC 5321 §4.2.3. */
const temporary: ReadonlySet<number> = new Set([421, 451, 452])
/** APPENDs go where no delivery goes, so that both can be told apart. */
const appendMailbox = 'Appended'

const place = (user: number, mailbox: string): string => `${userName(user)}/${mailbox}`

/** Numbers for letters, never the same twice in a run. */
export type Counter = { next: number }

/** Mail from all sides until the server goes away: SMTP on some connections, IMAP APPEND on others. */
export async function loadUntilGone(server: RunningServer, ledger: Ledger, counter: Counter): Promise<void> {
  const smtp = Array.from({ length: senders }, () => sendUntilGone(server, ledger, counter))
  const imap = Array.from({ length: appenders }, (_, i) => appendUntilGone(server, ledger, counter, 1 + i))
  await Promise.all([...smtp, ...imap, ledger.work.workUntilGone(server, ledger, counter, worker)])
}

/** One letter after the other until the server goes away, each with time to reach its mailbox. */
export async function sendSingly(server: RunningServer, ledger: Ledger, counter: Counter): Promise<void> {
  const client = new SmtpClient(server.host, server.port(25))
  if ((await client.hello()).code !== 250) return
  for (;;) {
    const letter = counter.next++
    const user = 1 + (letter % rigUsers)
    ledger.try(place(user, 'INBOX'), letter)
    const { code } = await client.transact('rig@load.example', [userAddress(user)], stuffed(makeLetter(letter)))
    if (code === 0) return
    if (code === 250) ledger.acknowledge(place(user, 'INBOX'), letter)
    await new Promise(resolve => setTimeout(resolve, betweenLetters))
  }
}

async function sendUntilGone(server: RunningServer, ledger: Ledger, counter: Counter): Promise<void> {
  for (;;) {
    const client = new SmtpClient(server.host, server.port(25))
    if ((await client.hello()).code !== 250) return
    for (let sent = 0; sent < 5; sent++) {
      const letter = counter.next++
      const to = letter % 7 === 0 ? [1 + (letter % rigUsers), 1 + ((letter + 1) % rigUsers)] : [1 + (letter % rigUsers)]
      for (const user of to) ledger.try(place(user, 'INBOX'), letter)
      const outcome = await client.transact('rig@load.example', to.map(userAddress), stuffed(makeLetter(letter)))
      if (outcome.code === 0) return
      if (outcome.code === 250) for (const user of to) ledger.acknowledge(place(user, 'INBOX'), letter)
      else if (!temporary.has(outcome.code)) ledger.problems.push(`a good letter was refused: ${outcome.line}`)
      else break
    }
    await client.quit()
  }
}

async function appendUntilGone(server: RunningServer, ledger: Ledger, counter: Counter, user: number): Promise<void> {
  for (;;) {
    const letter = counter.next
    try {
      const client = await ImapClient.login(server.host, server.port(143), userName(user), userPassword)
      await client.command(`CREATE ${appendMailbox}`).catch(() => {})
      for (;;) {
        const letter = counter.next++
        ledger.try(place(user, appendMailbox), letter)
        await client.append(appendMailbox, makeLetter(letter))
        ledger.acknowledge(place(user, appendMailbox), letter)
      }
    } catch (problem) {
      const { message } = problem as Error
      if (/^\S+ BAD/.test(message)) ledger.problems.push(`a good APPEND was refused: ${message}`)
      // NO is one letter that was not acknowledged; anything else says that the server is gone. So does no letter at all.
      if (!/^\S+ NO/.test(message) || counter.next === letter) return
    }
  }
}

/** For all mailboxes together. */
const patience = 15_000

/** Looks into every mailbox: only at what is new, or (`everything`) at all of it again. */
export async function verify(server: RunningServer, ledger: Ledger, everything = false): Promise<void> {
  const until = Date.now() + patience
  for (let user = 1; user <= rigUsers; user++) {
    const client = await ImapClient.login(server.host, server.port(143), userName(user), userPassword)
    const mailboxes = user <= appenders ? ['INBOX', appendMailbox] : ['INBOX']
    for (const mailbox of mailboxes) {
      const where = place(user, mailbox)
      if (mailbox !== 'INBOX') await client.command(`CREATE ${mailbox}`).catch(() => {})
      try {
        if (everything) ledger.compare(where, await readMailbox(client, mailbox))
        // What was in the queue at the break is still to be delivered.
        while (true) {
          ledger.enter(where, await readMailbox(client, mailbox, ledger.lastUid(where)))
          if (ledger.missing(where).length === 0 || Date.now() > until) break
          await new Promise(resolve => setTimeout(resolve, 50))
        }
        ledger.enterNumbers(where, await readNumbers(client, mailbox))
      } catch (problem) {
        ledger.problems.push(`${where}: ${(problem as Error).message}`)
      }
      const missing = ledger.missing(where)
      if (missing.length > 0)
        ledger.problems.push(
          `${where}: acknowledged and lost: letters ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''}`,
        )
    }
    await client.logout()
  }
  await ledger.work.verify(server, ledger, worker)
}
