import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { DirectoryFailure, User, UserChange } from '#mail/directory'
import { domainOf, judgeUsername } from '../address-rules.ts'
import { type OperationArguments, readProperties, readText, readTextIfAny } from '../arguments.ts'
import type { AdminFailure } from '../failure.ts'
import { parseFilter } from '../filter.ts'
import { judgePassword } from '../judge-password.ts'
import type { AdminNeeds } from '../needs.ts'
import type { Operation } from '../operation.ts'
import { type PropertyChange, readUserWishes, type UserWishes, userProperties } from '../user-properties.ts'
import { userDn, userRow } from '../user-row.ts'

const filterable = userProperties.filter(name => !['password', 'firstname', 'lastname'].includes(name))

export const listUsers: Operation = async (needs, given) => {
  const filter = readTextIfAny(given, 'filter')
  if (!filter.ok) return filter
  const wanted = parseFilter(filter.value, { uid: 'username', cn: 'username' }, filterable)
  if (!wanted.ok) return wanted
  const users = await needs.directory.listUsers()
  return ok(users.map(userRow).filter(row => wanted.value(row.properties)))
}

export const createUser: Operation = async (needs, given) => {
  const change = readChange(given)
  if (!change.ok) return change
  const read = readUserWishes(change.value, [])
  if (!read.ok) return read
  const { wishes, warnings } = read.value
  if (wishes.username === undefined) return usage('username is required')
  const username = judgeUsername(wishes.username)
  if (!username.ok) return usage(`username: ${username.failure}`)
  if (await needs.directory.findUser(username.value)) return exists(username.value)
  if (wishes.password === undefined) return usage('password is required')
  const free = await judgeAddresses(needs, username.value, wishes)
  if (!free.ok) return free
  const passwordHash = await hashNew(needs, wishes.password)
  if (!passwordHash.ok) return passwordHash
  const created = await needs.directory.createUser({
    username: username.value,
    ...(wishes.displayName === undefined ? {} : { displayName: wishes.displayName }),
    ...(typeof wishes.primaryAddress === 'string' ? { primaryAddress: wishes.primaryAddress } : {}),
    alternativeAddresses: wishes.alternativeAddresses ?? [],
    disabled: wishes.disabled ?? false,
    quota: wishes.quota ?? {},
    passwordHash: passwordHash.value,
  })
  if (!created.ok) return refusedBy(created.failure, username.value)
  needs.log('info', 'user-created', { user: username.value })
  return reconciled(needs, created.value, warnings)
}

export const modifyUser: Operation = async (needs, given) => {
  const name = readText(given, 'username')
  const change = readChange(given)
  if (!name.ok) return name
  if (!change.ok) return change
  const username = asciiLower(name.value)
  const before = await needs.directory.findUser(username)
  if (!before) return notFound(username)
  const read = readUserWishes(change.value, before.alternativeAddresses, before.displayName, before.quota)
  if (!read.ok) return read
  const { username: renamed, password, ...wishes } = read.value.wishes
  if (renamed !== undefined && asciiLower(renamed) !== username) return usage('username may not change')
  const free = await judgeAddresses(needs, username, wishes)
  if (!free.ok) return free
  const passwordHash = password === undefined ? undefined : await hashNew(needs, password)
  if (passwordHash && !passwordHash.ok) return passwordHash
  const userChange: UserChange = { ...wishes, ...(passwordHash ? { passwordHash: passwordHash.value } : {}) }
  const modified = await needs.directory.modifyUser(username, userChange)
  if (!modified.ok) return refusedBy(modified.failure, username)
  needs.log('info', 'user-modified', { user: username, properties: Object.keys(read.value.wishes).join(' ') })
  return reconciled(needs, modified.value, read.value.warnings)
}

export const removeUser: Operation = async (needs, given) => {
  const name = readText(given, 'username')
  if (!name.ok) return name
  const username = asciiLower(name.value)
  const user = await needs.directory.findUser(username)
  if (!user) return notFound(username)
  const erase = needs.deleteMailboxes()
  // The mail first: as long as the user is there, whatever stops in between can be asked for again.
  if (erase) {
    const erased = await needs.store.removeAccount(user.account)
    if (!erased.ok)
      return fail({ kind: 'failed', words: `${username} is not removed: the mail cannot be erased: ${erased.failure}` })
  }
  const removed = await needs.directory.removeUser(username)
  if (!removed.ok) return refusedBy(removed.failure, username)
  needs.log('info', 'user-removed', { user: username, mail: erase ? 'erased' : 'kept' })
  return ok({ dn: userDn(username) })
}

const usage = (words: string) => fail<AdminFailure>({ kind: 'usage', words })
const exists = (username: string) =>
  fail<AdminFailure>({ kind: 'conflict', words: `Object exists: ${userDn(username)}` })
const notFound = (username: string) =>
  fail<AdminFailure>({ kind: 'not-found', words: `No such object: ${userDn(username)}` })

function readChange(given: OperationArguments): Result<PropertyChange, AdminFailure> {
  const set = readProperties(given, 'set')
  const append = readProperties(given, 'append')
  const remove = readProperties(given, 'remove')
  if (!set.ok) return set
  if (!append.ok) return append
  if (!remove.ok) return remove
  return ok({ set: set.value, append: append.value, remove: remove.value })
}

async function hashNew(needs: AdminNeeds, password: string): Promise<Result<string, AdminFailure>> {
  const wrong = judgePassword(password, needs.minimumPasswordLength())
  return wrong === undefined ? ok(await needs.hasher.hash(password)) : usage(`password: ${wrong}`)
}

/**
 * Every address lies in a domain of ours, and nobody else has the primary one as his. Who shares an alternative address
 * gets all mail to it, as the manual says. The directory looks once more when it writes.
 */
async function judgeAddresses(
  needs: AdminNeeds,
  username: string,
  wishes: UserWishes,
): Promise<Result<void, AdminFailure>> {
  const named = [
    ['mailPrimaryAddress', wishes.primaryAddress ?? []],
    ['mailAlternativeAddress', wishes.alternativeAddresses ?? []],
  ] as const
  for (const [property, addresses] of named) {
    for (const address of [addresses].flat()) {
      if (!(await needs.directory.findDomain(domainOf(address)))) {
        return usage(
          `${property}: the domain of ${address} is not in the list of configured mail domains; ` +
            `create it first: udm mail/domain create --set name=${domainOf(address)}`,
        )
      }
      if (address !== wishes.primaryAddress) continue
      const owners = await needs.directory.findUsersByAddress(address)
      const owner = owners.find(each => each.primaryAddress === address)
      if (owner && owner.username !== username) {
        return fail({
          kind: 'conflict',
          words: `${property}: the address is already used: ${address} (${owner.username})`,
        })
      }
    }
  }
  return ok(undefined)
}

function refusedBy(failure: DirectoryFailure, username: string): Result<never, AdminFailure> {
  if (failure === 'user-exists') return exists(username)
  if (failure === 'no-such-user') return notFound(username)
  if (failure === 'address-in-use') return fail({ kind: 'conflict', words: 'the address is already used' })
  if (failure === 'no-space')
    return fail({ kind: 'failed', words: 'the disk has no space left: free some and try again' })
  return fail({ kind: 'failed', words: `the directory refused: ${failure}` })
}

async function reconciled(
  needs: AdminNeeds,
  user: User,
  warnings: readonly string[],
): Promise<Result<unknown, AdminFailure>> {
  const made = await needs.reconcileAccount(user)
  if (made.ok) return ok({ ...userRow(user), warnings })
  return fail({
    kind: 'failed',
    words: `${user.username} is written, but the mailbox is not yet made (${made.failure}); it is tried again at the next login`,
  })
}
