import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapClient } from '../test/kit/imap-client.ts'
import { createUsers, findPortOffset, startServer } from '../test/kit/server.ts'
import { userName, userPassword } from '../test/kit/users.ts'
import { type CpuAccount, openCpuAccount } from './cpu-account.ts'

export const userCount = 100

/** A server under test, ours or a peer. */
export type Target = {
  readonly name: string
  readonly host: string
  readonly smtpPort: number
  readonly imapPort: number
  readonly imapsPort: number | undefined
  readonly account: CpuAccount
  /** Which part of the letters of a row it gets, so that a row lasts about as long on every server. */
  readonly pace: number
  stop(): Promise<void>
}

export const login = (target: Target, user: number, tls = false): Promise<ImapClient> =>
  ImapClient.login(
    target.host,
    (tls ? target.imapsPort : undefined) ?? target.imapPort,
    userName(user),
    userPassword,
    tls,
  )

/** Ours, on a folder of its own with a hundred users, without the limits a load meets before the machine's. */
export async function startHauspost(set: Readonly<Record<string, string>> = {}): Promise<Target> {
  const data = mkdtempSync(join(tmpdir(), 'hauspost-bench-'))
  const account = openCpuAccount('hauspost')
  try {
    await createUsers(data, userCount)
    const portOffset = await findPortOffset()
    const server = await startServer({ data, portOffset, set, through: account.through })
    return {
      name: 'hauspost',
      host: server.host,
      smtpPort: server.port(25),
      imapPort: server.port(143),
      imapsPort: server.port(993),
      account,
      pace: 1,
      stop: async () => {
        await server.stop()
        account.close()
        rmSync(data, { recursive: true, force: true })
      },
    }
  } catch (problem) {
    account.close()
    rmSync(data, { recursive: true, force: true })
    throw problem
  }
}
