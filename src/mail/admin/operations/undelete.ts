import { asciiLower, noBytes } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { RemovedUser, User } from '#mail/directory'
import type { AccountStore, RetainedMailbox, RetainedMessage, StoreFailure } from '#mail/store'
import { decodedFieldText, findField, parseHeader, usualMessageLimits } from '#standards/message'
import { type OperationArguments, readText, readTextIfAny } from '../arguments.ts'
import type { AdminFailure } from '../failure.ts'
import type { AdminNeeds } from '../needs.ts'
import type { Operation } from '../operation.ts'
import { readUids } from '../read-uids.ts'
import { userRow } from '../user-row.ts'

/** A user who was removed. */
export interface RemovedUserRow {
  readonly username: string
  readonly account: number
  /** ISO 8601, in UTC. */
  readonly removed: string
  readonly address?: string
}

/** A mailbox of which something can be brought back. `id` tells apart those of one name. */
export interface RetainedMailboxRow {
  readonly id: number
  readonly name: string
  readonly removed?: string
  readonly messages: number
}

export interface RetainedMessageRow {
  readonly uid: number
  readonly ended: string
  readonly received: string
  readonly size: number
  readonly flags: readonly string[]
  readonly from: string
  readonly subject: string
}

/** Messages that one answer shows. */
const mostShown = 10_000

const time = (at: number): string => new Date(at).toISOString()

/** Users that can be brought back; those whose mail is gone for good are forgotten with it. */
export const listRemovedUsers: Operation = async needs => {
  const rows: RemovedUserRow[] = []
  for (const { user, removed } of await restorable(needs))
    rows.push({
      username: user.username,
      account: user.account,
      removed: time(removed),
      ...(user.primaryAddress === undefined ? {} : { address: user.primaryAddress }),
    })
  return ok(rows)
}

/** Forgets users who were removed too long ago, or whose mail is gone, and gives the others. */
export async function restorable(
  needs: Pick<AdminNeeds, 'directory' | 'store' | 'keptSince'>,
): Promise<readonly RemovedUser[]> {
  const kept: RemovedUser[] = []
  for (const each of await needs.directory.listRemoved()) {
    const { account, primaryAddress } = each.user
    const hadMail = primaryAddress !== undefined
    const isGone = each.removed < needs.keptSince() || (hadMail && (await needs.store.accountState(account)) === 'gone')
    if (isGone) await needs.directory.forgetRemoved(account)
    else kept.push(each)
  }
  return kept
}

export const restoreUser: Operation = async (needs, given) => {
  const name = readText(given, 'username')
  if (!name.ok) return name
  const wanted = asciiLower(name.value)
  const found = (await restorable(needs)).filter(
    ({ user }) => user.username === wanted || `#${user.account}` === wanted,
  )
  const [only, ...more] = found
  if (!only) return missing(`nobody named ${wanted} can be brought back`)
  if (more.length > 0) {
    const which = found.map(({ user, removed }) => `#${user.account} (removed ${time(removed)})`).join(', ')
    return fail({ kind: 'conflict', words: `${wanted} was removed more than once: name one of ${which}` })
  }
  const { account, username } = only.user
  const state = await needs.store.accountState(account)
  // The mail first: whatever stops in between can be asked for again. Who never had an address has none.
  const mail = state === 'removed' ? await needs.store.restoreAccount(account) : ok(undefined)
  if (!mail.ok)
    return fail({ kind: 'failed', words: `the mail of ${username} cannot be brought back: ${mail.failure}` })
  const restored = await needs.directory.restoreUser(account)
  if (restored.ok) {
    needs.log('info', 'user-restored', { user: username })
    return ok(userRow(restored.value))
  }
  // Its time goes on: mail without a user would be kept for ever.
  if (state === 'removed') await needs.store.removeAccount(account)
  const words =
    restored.failure === 'user-exists'
      ? `there is a user ${username} again: rename or remove that one first`
      : restored.failure === 'address-in-use'
        ? `an address of ${username} is another user's now: take it from there first`
        : restored.failure === 'no-such-domain'
          ? `the mail domain of ${only.user.primaryAddress ?? username} is gone: create it first`
          : `the directory refused: ${restored.failure}`
  return fail({ kind: 'conflict', words })
}

export const listRetained: Operation = async (needs, given) => {
  const opened = await openMail(needs, given)
  if (!opened.ok) return opened
  return ok((await opened.value.store.listRetained()).map(mailboxRow))
}

const mailboxRow = ({ id, name, removed, messages }: RetainedMailbox): RetainedMailboxRow => ({
  id,
  name,
  ...(removed === undefined ? {} : { removed: time(removed) }),
  messages,
})

export const listRetainedMessages: Operation = async (needs, given) => {
  const opened = await openMail(needs, given)
  if (!opened.ok) return opened
  const { store } = opened.value
  const mailbox = await chooseMailbox(store, given)
  if (!mailbox.ok) return mailbox
  const rows: RetainedMessageRow[] = []
  for await (const batch of store.readRetained(mailbox.value.id)) {
    rows.push(...(await describe(store, batch)))
    if (rows.length > mostShown) break
  }
  return ok(rows.slice(0, mostShown))
}

async function describe(store: AccountStore, batch: readonly RetainedMessage[]): Promise<RetainedMessageRow[]> {
  const headers = new Map<number, Uint8Array>()
  for await (const wires of store.readWire(batch.map(each => each.ordinal)))
    for (const wire of wires) headers.set(wire.ordinal, wire.headers ?? noBytes)
  return batch.map(({ uid, ordinal, ended, received, size, flags }) => {
    const lines = headers.get(ordinal) ?? noBytes
    return { uid, ended: time(ended), received: time(received), size, flags, ...shownFields(lines) }
  })
}

function shownFields(lines: Uint8Array): { readonly from: string; readonly subject: string } {
  const header = parseHeader(lines, 0, usualMessageLimits)
  const text = (name: string): string => {
    const field = findField(header, name)
    return field ? decodedFieldText(lines, field, usualMessageLimits) : ''
  }
  return { from: text('from'), subject: text('subject') }
}

export const bringBack: Operation = async (needs, given) => {
  const opened = await openMail(needs, given)
  if (!opened.ok) return opened
  const { store, user } = opened.value
  const mailbox = await chooseMailbox(store, given)
  if (!mailbox.ok) return mailbox
  const into = readTextIfAny(given, 'into')
  const uids = readUids(given, 'uids')
  if (!into.ok) return into
  if (!uids.ok) return uids
  const to = into.value ?? mailbox.value.name
  const brought = await store.bringBack(mailbox.value.id, uids.value, to)
  if (!brought.ok) return fail({ kind: 'failed', words: words(brought.failure, to) })
  const messages = brought.value.uids.length
  needs.log('info', 'mail-brought-back', { user: user.username, messages })
  return ok({ mailbox: to, messages, already: brought.value.already })
}

function words(failure: StoreFailure, to: string): string {
  if (failure === 'over-quota') return 'the quota has no room for so much: raise it, or bring back less'
  if (failure === 'invalid-name') return `'${to}' is not a name for a mailbox`
  return `the store refused: ${failure}`
}

const missing = (text: string) => fail<AdminFailure>({ kind: 'not-found', words: text })

async function openMail(
  needs: AdminNeeds,
  given: OperationArguments,
): Promise<Result<{ readonly user: User; readonly store: AccountStore }, AdminFailure>> {
  const name = readText(given, 'username')
  if (!name.ok) return name
  const user = await needs.directory.findUser(asciiLower(name.value))
  if (!user) return missing(`there is no user ${name.value}; who was removed has to come back first`)
  const opened = await needs.store.openAccount(user.account)
  return opened.ok ? ok({ user, store: opened.value }) : missing(`${user.username} has no mail here`)
}

/** By its name, or by `#` and its number where several have had one name. */
async function chooseMailbox(
  store: AccountStore,
  given: OperationArguments,
): Promise<Result<RetainedMailbox, AdminFailure>> {
  const wanted = readText(given, 'mailbox')
  if (!wanted.ok) return wanted
  const all = await store.listRetained()
  const byNumber = all.find(({ id }) => `#${id}` === wanted.value)
  const found = byNumber ? [byNumber] : all.filter(({ name }) => name === wanted.value)
  const [only, ...more] = found
  if (!only) return missing(`nothing can be brought back of a mailbox ${wanted.value}`)
  if (more.length === 0) return ok(only)
  const which = found.map(
    ({ id, removed }) => `#${id} (${removed === undefined ? 'the one there is' : `removed ${time(removed)}`})`,
  )
  return fail({ kind: 'conflict', words: `there are several of that name: ${which.join(', ')}` })
}
