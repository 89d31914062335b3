import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenPasswordHasher } from '#adapters/crypto'
import { fail, ok, type Result } from '#base/result'
import { alias, findSetting } from '#config'
import { reconcileAccount } from '#mail/accounts'
import type { Intake, Peer } from '#mail/intake'
import { demoLetters } from './demo-letters.ts'
import type { Engine } from './engine.ts'
import { fileFailureWords } from './file-failure-words.ts'
import { type LiveRegistry, replaceFile } from './registry-file.ts'

export const demoDomain = 'example.test'
const people = [
  { username: 'anna', displayName: 'Anna Berg' },
  { username: 'ben', displayName: 'Ben Okafor' },
] as const

/** Undefined: not known any more. */
export type DemoPasswords = Readonly<Record<'anna' | 'ben', string | undefined>>
type InventedPasswords = Readonly<Record<'anna' | 'ben', string>>

/** Easy to type from one window into another, and different in every demonstration. */
function inventPassword(): string {
  const syllable = (): string => `${'bdfgklmnprstvz'[randomInt(14)]}${'aeiou'[randomInt(5)]}`
  return `${syllable()}${syllable()}${syllable()}-${syllable()}${syllable()}${syllable()}`
}

export interface DemoNeeds {
  readonly data: string
  readonly engine: Engine
  readonly hasher: OpenPasswordHasher
  readonly intake: Intake
  readonly registry: LiveRegistry
}

/**
 * Fills a data directory with a domain, two people and a few letters. Safe to repeat: what is there stays, and
 * the letters come only with a new mailbox.
 */
export async function prepareDemo(needs: DemoNeeds): Promise<Result<DemoPasswords, string>> {
  try {
    return await fill(needs)
  } catch (error) {
    const { code, path, syscall } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw error
    return fail(fileFailureWords(needs.data, path ?? needs.data, code))
  }
}

/** A demonstration keeps what is sent elsewhere: for a real server's mail that would be the end. */
async function isInhabited({ directory }: Engine): Promise<boolean> {
  return (await directory.listDomains()).length > 0 || (await directory.listUsers()).length > 0
}

const passwordsFile = (directory: string): string => join(directory, 'demo-passwords.json')

async function fill(needs: DemoNeeds): Promise<Result<DemoPasswords, string>> {
  const { data, engine, intake } = needs
  if (!existsSync(passwordsFile(data)) && (await isInhabited(engine))) {
    return fail(
      `${data} has domains or users of its own and is no demonstration: start it without --demo, or name another directory with --data`,
    )
  }
  const invented = rememberPasswords(data)
  if (!invented.ok) return invented
  const noRoom = (why: string) => fail(`${data} cannot take the demonstration (${why}): free some space`)
  const domain = await engine.directory.createDomain({ name: demoDomain })
  if (!domain.ok && domain.failure !== 'domain-exists') return noRoom(domain.failure)
  const passwords: Record<keyof DemoPasswords, string | undefined> = { ...invented.value }
  const made: string[] = []
  for (const person of people) {
    const { username } = person
    const known = await engine.directory.findCredential(username)
    if (known) {
      const holds = await needs.hasher.verify(invented.value[username], known.passwordHash)
      if (!holds) passwords[username] = undefined
      continue
    }
    const created = await engine.directory.createUser({
      ...person,
      primaryAddress: `${username}@${demoDomain}`,
      alternativeAddresses: [],
      disabled: false,
      passwordHash: await needs.hasher.hash(invented.value[username]),
    })
    if (!created.ok && created.failure !== 'address-in-use') return noRoom(created.failure)
    if (!created.ok) {
      passwords[username] = undefined
      continue
    }
    await reconcileAccount(engine.store, created.value)
    made.push(username)
  }
  givePostmaster(needs.registry)
  const date = `${new Date().toUTCString().slice(0, -4)} +0000`
  for (const letter of demoLetters(date)) {
    if (!made.includes(letter.to)) continue
    const refused = await post(engine, intake, letter)
    if (refused !== undefined) return noRoom(refused)
  }
  return ok(passwords)
}

/** RFC 5321 §4.5.1: every domain takes mail for its postmaster. */
function givePostmaster(registry: LiveRegistry): void {
  const key = alias.key.replace('<name>', 'postmaster')
  if (findSetting(registry.current(), key) !== undefined) return
  registry.change('normal', { [key]: `anna@${demoDomain}` })
}

/** The passwords must outlive the run: the same directory shows the same ones again. */
function rememberPasswords(data: string): Result<InventedPasswords, string> {
  const path = passwordsFile(data)
  if (existsSync(path)) {
    const passwords = parsePasswords(readFileSync(path, 'utf8'))
    return passwords ? ok(passwords) : fail(`${path} holds no passwords: remove it, and start again`)
  }
  const passwords = { anna: inventPassword(), ben: inventPassword() }
  replaceFile(path, `${JSON.stringify(passwords)}\n`, 0o600)
  return ok(passwords)
}

function parsePasswords(text: string): InventedPasswords | undefined {
  try {
    const { anna, ben } = JSON.parse(text)
    return typeof anna === 'string' && typeof ben === 'string' ? { anna, ben } : undefined
  } catch {
    return undefined
  }
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
