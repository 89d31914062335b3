import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenPasswordHasher } from '#adapters/crypto'
import { fail, ok, type Result } from '#base/result'
import { reconcileAccount } from '#mail/accounts'
import type { Intake, Peer } from '#mail/intake'
import { demoLetters } from './demo-letters.ts'
import type { Engine } from './engine.ts'
import { replaceFile } from './registry-file.ts'

export const demoDomain = 'example.test'
const people = [
  { username: 'anna', displayName: 'Anna Berg' },
  { username: 'ben', displayName: 'Ben Okafor' },
] as const

export type DemoPasswords = Readonly<Record<'anna' | 'ben', string>>

/** Easy to type from one window into another, and different in every demonstration. */
function inventPassword(): string {
  const syllable = (): string => `${'bdfgklmnprstvz'[randomInt(14)]}${'aeiou'[randomInt(5)]}`
  return `${syllable()}${syllable()}${syllable()}-${syllable()}${syllable()}${syllable()}`
}

/**
 * Fills a data directory with a domain, two people and a few letters. Safe to repeat: what is there stays, and
 * the letters come only with a new mailbox.
 */
export async function prepareDemo(
  directory: string,
  engine: Engine,
  hasher: OpenPasswordHasher,
  intake: Intake,
): Promise<Result<DemoPasswords, string>> {
  const passwords = rememberPasswords(directory)
  await engine.directory.createDomain({ name: demoDomain })
  const made: string[] = []
  for (const { username, displayName } of people) {
    const created = await engine.directory.createUser({
      username,
      displayName,
      primaryAddress: `${username}@${demoDomain}`,
      alternativeAddresses: [],
      disabled: false,
      passwordHash: await hasher.hash(passwords[username]),
    })
    if (!created.ok) continue
    await reconcileAccount(engine.store, created.value)
    made.push(username)
  }
  const date = `${new Date().toUTCString().slice(0, -4)} +0000`
  for (const letter of demoLetters(date)) {
    if (!made.includes(letter.to)) continue
    const refused = await post(engine, intake, letter)
    if (refused !== undefined) return fail(`${directory} cannot take the sample letters (${refused}): free some space`)
  }
  return ok(passwords)
}

/** The passwords must outlive the run: the same directory shows the same ones again. */
function rememberPasswords(directory: string): DemoPasswords {
  const path = join(directory, 'demo-passwords.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as DemoPasswords
  const passwords = { anna: inventPassword(), ben: inventPassword() }
  replaceFile(path, `${JSON.stringify(passwords)}\n`, 0o600)
  return passwords
}

const self: Peer = { door: 'lmtp', address: '127.0.0.1', helo: 'demo', esmtp: true }

async function post(
  { contents }: Engine,
  intake: Intake,
  letter: { readonly sender: string; readonly to: string; readonly text: string },
): Promise<string | undefined> {
  const draft = contents.begin({ headBytes: 64 * 1024 })
  await draft.write(Buffer.from(letter.text, 'utf8'))
  const envelope = {
    sender: letter.sender,
    recipients: [`${letter.to}@${demoDomain}`],
    smtpUtf8: false,
    eightBit: true,
  }
  const [verdict] = await intake.deliverNow({ peer: self, envelope, draft, decided: [] })
  return verdict?.judge === 'refuse' ? verdict.text : undefined
}
