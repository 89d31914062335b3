import { ImapClient } from './imap-client.ts'
import type { Ledger } from './ledger.ts'
import { makeLetter } from './letters.ts'
import type { RunningServer } from './server.ts'
import { userName, userPassword } from './users.ts'

const boxes = ['Worked', 'Kept'] as const
type BoxName = (typeof boxes)[number]

interface Row {
  readonly uid: number
  readonly letter: number
  readonly flags: string
}

interface Desk {
  readonly rows: Readonly<Record<BoxName, readonly Row[]>>
  readonly next: Readonly<Record<BoxName, number>>
}

const empty: Desk = { rows: { Worked: [], Kept: [] }, next: { Worked: 1, Kept: 1 } }
const mostRows = 12

/**
 * Two mailboxes that one session works on: flags, copies, moves and expunges, one after the other. So it is known to the
 * last flag what they hold: what was acknowledged last, or that with what was asked since, each whole.
 */
export class ImapWork {
  #allowed: Desk[] = [empty]
  acknowledged = 0
  /** From when on every state is remembered: a copy made meanwhile may show any of them. */
  remembersAll = false

  /** Until the server goes away. */
  async workUntilGone(server: RunningServer, ledger: Ledger, counter: { next: number }, user: number): Promise<void> {
    try {
      const client = await this.#login(server, user)
      await client.select('Worked')
      for (;;) {
        const { command, letter, after } = this.#choose(counter.next++)
        this.#allowed.push(after)
        if (letter === undefined) await client.command(command)
        else await client.append('Worked', makeLetter(letter))
        if (ledger.powerGoes) continue
        if (!this.remembersAll) this.#allowed = [after]
        this.acknowledged++
      }
    } catch (problem) {
      const { message } = problem as Error
      if (/^\S+ BAD/.test(message)) ledger.problems.push(`good work was refused: ${message}`)
    }
  }

  /** Is it one of those that may be? From here on it is the one. */
  async verify(server: RunningServer, ledger: Ledger, user: number): Promise<void> {
    const rows: Record<BoxName, readonly Row[]> = { Worked: [], Kept: [] }
    try {
      const client = await this.#login(server, user)
      for (const box of boxes) rows[box] = await readRows(client, box)
      await client.logout()
    } catch (problem) {
      ledger.problems.push(`work of ${userName(user)}: ${(problem as Error).message}`)
      return
    }
    const text = JSON.stringify(rows)
    const found = this.#allowed.find(desk => JSON.stringify(desk.rows) === text)
    if (found) this.#allowed = [found]
    else {
      const allowed = JSON.stringify(this.#allowed.map(desk => desk.rows))
      ledger.problems.push(`work of ${userName(user)}: acknowledged and lost: ${text} is none of ${allowed}`)
    }
  }

  async #login(server: RunningServer, user: number): Promise<ImapClient> {
    const client = await ImapClient.login(server.host, server.port(143), userName(user), userPassword)
    for (const box of boxes) await client.command(`CREATE ${box}`).catch(() => {})
    return client
  }

  #choose(number: number): { readonly command: string; readonly letter?: number; readonly after: Desk } {
    const desk = this.#allowed.at(-1) ?? empty
    const { rows, next } = desk
    const row = rows.Worked[number % Math.max(1, rows.Worked.length)]
    const put = (box: BoxName, ...more: readonly Row[]): Desk => ({
      rows: { ...rows, [box]: [...rows[box], ...more] },
      next: { ...next, [box]: next[box] + more.length },
    })
    const without = (from: Desk, gone: (each: Row) => boolean): Desk => ({
      ...from,
      rows: { ...from.rows, Worked: from.rows.Worked.filter(each => !gone(each)) },
    })
    if (!row || rows.Worked.length < 3)
      return { command: '', letter: number, after: put('Worked', { uid: next.Worked, letter: number, flags: '' }) }
    const kind = rows.Worked.length > mostRows ? 4 : number % 6
    if (kind === 0) {
      const kept = { ...row, uid: next.Kept }
      return { command: `UID COPY ${row.uid} Kept`, after: put('Kept', kept) }
    }
    if (kind === 1) {
      const kept = { ...row, uid: next.Kept }
      return { command: `UID MOVE ${row.uid} Kept`, after: without(put('Kept', kept), each => each === row) }
    }
    if (kind === 4) return { command: 'EXPUNGE', after: without(desk, each => each.flags.includes('\\Deleted')) }
    if (kind === 5)
      return { command: '', letter: number, after: put('Worked', { uid: next.Worked, letter: number, flags: '' }) }
    const flag = rows.Worked.length > mostRows / 2 || kind === 2 ? '\\Deleted' : '\\Flagged'
    const flagged = rows.Worked.map(each => (each === row ? { ...each, flags: withFlag(each.flags, flag) } : each))
    return { command: `UID STORE ${row.uid} +FLAGS (${flag})`, after: { ...desk, rows: { ...rows, Worked: flagged } } }
  }
}

const withFlag = (flags: string, flag: string): string =>
  [...new Set([...flags.split(' ').filter(Boolean), flag])].sort().join(' ')

async function readRows(client: ImapClient, box: BoxName): Promise<readonly Row[]> {
  if ((await client.select(box)) === 0) return []
  const answer = (await client.ask('UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (X-Rig-Letter)])')).toString(
    'latin1',
  )
  return answer.split(/^\* \d+ FETCH /m).flatMap(part => {
    const uid = /\bUID (\d+)/.exec(part)?.[1]
    const flags = (/\bFLAGS \(([^)]*)\)/.exec(part)?.[1] ?? '')
      .split(' ')
      .filter(flag => flag !== '' && flag !== '\\Recent')
    const letter = /X-Rig-Letter: (\d+)/.exec(part)?.[1]
    return uid === undefined ? [] : [{ uid: Number(uid), letter: Number(letter), flags: flags.sort().join(' ') }]
  })
}
