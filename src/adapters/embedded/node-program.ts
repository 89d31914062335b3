import { asciiLower } from '#base/bytes'
import { fail, ok, type Result } from '#base/result'
import type { Credential, DirectoryFailure, NewUser, UserChange } from '#mail/directory'
import { type Database, makeCarryOver } from './database.ts'
import type { WriterProgram } from './index-program.ts'
import type { NodeAnswer, NodeOp } from './node-op.ts'
import { migrateNode } from './node-schema.ts'
import { primaryPlace, readUserRows } from './user-rows.ts'

/** Pages of the log at which a group is kept waiting until they are carried over. */
const logPages = 1_000

export type NodeProgram = WriterProgram<NodeOp, NodeAnswer>

/** What the directory's writing thread does: the rules that need all users are judged inside the transaction. */
export function makeProgram(database: Database): NodeProgram {
  migrateNode(database)
  const carryOver = makeCarryOver(database)
  const rows = readUserRows(database)
  const findDomain = database.prepare('SELECT 1 FROM mail_domain WHERE name = ?')
  const insertDomain = database.prepare('INSERT INTO mail_domain (name) VALUES (?)')
  const deleteDomain = database.prepare('DELETE FROM mail_domain WHERE name = ?')
  const findAddressIn = database.prepare(
    `SELECT 1 FROM address WHERE substr(address, -length(:name) - 1) = '@' || :name LIMIT 1`,
  )
  const findOwner = database.prepare<[string], { account: number }>(
    'SELECT account FROM address WHERE address = ? AND place = 0',
  )
  const insertUser = database.prepare(
    `INSERT INTO user (username, display_name, disabled, credential_version, password_hash, quota_megabytes, quota_messages)
     VALUES (?, ?, ?, 1, ?, ?, ?)`,
  )
  const updateUser = database.prepare(
    `UPDATE user SET display_name = ?, disabled = ?, credential_version = ?, password_hash = ?, quota_megabytes = ?,
       quota_messages = ? WHERE account = ?`,
  )
  const deleteUser = database.prepare('DELETE FROM user WHERE account = ?')
  const keepRemoved = database.prepare('INSERT INTO removed_user (account, at, credential) VALUES (?, ?, ?)')
  const findRemoved = database.prepare('SELECT credential FROM removed_user WHERE account = ?').pluck()
  const forgetRemoved = database.prepare('DELETE FROM removed_user WHERE account = ?')
  const putBack = database.prepare(
    `INSERT INTO user (account, username, display_name, disabled, credential_version, password_hash, quota_megabytes,
       quota_messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const deleteAddresses = database.prepare('DELETE FROM address WHERE account = ?')
  const insertAddress = database.prepare('INSERT INTO address (address, account, place) VALUES (?, ?, ?)')

  /** The manual's rule: a primary address is one user's, an alternative one may be many users'. Ours: a login is one user's. */
  const judgeAddresses = (
    primary: string | undefined,
    others: readonly string[],
    own?: Credential,
  ): DirectoryFailure | undefined => {
    const addresses = primary === undefined ? others : [primary, ...others]
    for (const [i, address] of addresses.entries()) {
      if (!findDomain.get(address.slice(address.lastIndexOf('@') + 1))) return 'no-such-domain'
      if (addresses.indexOf(address) !== i) return 'address-in-use'
    }
    if (primary === undefined) return undefined
    const owner = findOwner.get(primary)
    if (owner && owner.account !== own?.user.account) return 'address-in-use'
    const namesake = rows.findUser(primary)
    return namesake && namesake.user.account !== own?.user.account ? 'address-in-use' : undefined
  }

  const writeAddresses = (account: number, primary: string | undefined, others: readonly string[]): void => {
    deleteAddresses.run(account)
    if (primary !== undefined) insertAddress.run(primary, account, primaryPlace)
    for (const [i, address] of others.entries()) insertAddress.run(address, account, primaryPlace + 1 + i)
  }

  const createUser = (given: NewUser): NodeAnswer => {
    const username = asciiLower(given.username)
    const { primary, others } = addressesOf(given)
    if (rows.findUser(username)) return fail('user-exists')
    if (findOwner.get(username)) return fail('address-in-use')
    const failure = judgeAddresses(primary, others)
    if (failure) return fail(failure)
    const { displayName, passwordHash, quota = {} } = given
    const disabled = given.disabled ? 1 : 0
    const { megabytes = null, messages = null } = quota
    const made = insertUser.run(username, displayName || null, disabled, passwordHash, megabytes, messages)
    writeAddresses(Number(made.lastInsertRowid), primary, others)
    return ok(rows.findUser(username))
  }

  const modifyUser = (name: string, change: UserChange): NodeAnswer => {
    const username = asciiLower(name)
    const before = rows.findUser(username)
    if (!before) return fail('no-such-user')
    const { user } = before
    const { primary, others } = addressesOf({
      primaryAddress: change.primaryAddress === undefined ? user.primaryAddress : change.primaryAddress,
      alternativeAddresses: change.alternativeAddresses ?? user.alternativeAddresses,
    })
    const failure = judgeAddresses(primary, others, before)
    if (failure) return fail(failure)
    const disabled = change.disabled ?? user.disabled
    const quota = change.quota ?? user.quota ?? {}
    const passwordHash = change.passwordHash ?? before.passwordHash
    const another = disabled !== user.disabled || passwordHash !== before.passwordHash
    const version = user.credentialVersion + (another ? 1 : 0)
    updateUser.run(
      change.displayName === undefined ? (user.displayName ?? null) : change.displayName || null,
      disabled ? 1 : 0,
      version,
      passwordHash,
      quota.megabytes ?? null,
      quota.messages ?? null,
      user.account,
    )
    writeAddresses(user.account, primary, others)
    return ok(rows.findUser(username))
  }

  const removeUser = (name: string, at: number): NodeAnswer => {
    const before = rows.findUser(asciiLower(name))
    if (!before) return fail('no-such-user')
    keepRemoved.run(before.user.account, at, JSON.stringify(before))
    deleteUser.run(before.user.account)
    return ok(before)
  }

  /** The same account, and every login from before has ended: the version of the credentials goes on. */
  const restoreUser = (account: number): NodeAnswer => {
    const kept = findRemoved.get(account) as string | undefined
    if (kept === undefined) return fail('no-such-user')
    const { user, passwordHash } = JSON.parse(kept) as Credential
    const { username, displayName = null, credentialVersion, quota = {} } = user
    const { primary, others } = addressesOf(user)
    if (rows.findUser(username)) return fail('user-exists')
    if (findOwner.get(username)) return fail('address-in-use')
    const failure = judgeAddresses(primary, others)
    if (failure) return fail(failure)
    const { megabytes = null, messages = null } = quota
    const disabled = user.disabled ? 1 : 0
    putBack.run(account, username, displayName, disabled, credentialVersion + 1, passwordHash, megabytes, messages)
    writeAddresses(account, primary, others)
    forgetRemoved.run(account)
    return ok(rows.findUser(username))
  }

  const createDomain = (name: string): NodeAnswer => {
    if (findDomain.get(name)) return fail('domain-exists')
    insertDomain.run(name)
    return ok(undefined)
  }

  const removeDomain = (name: string): Result<undefined, DirectoryFailure> => {
    if (!findDomain.get(name)) return fail('no-such-domain')
    if (findAddressIn.get({ name })) return fail('domain-in-use')
    deleteDomain.run(name)
    return ok(undefined)
  }

  return {
    prepare: () => carryOver(logPages),
    execute(op) {
      switch (op.op) {
        case 'create-domain':
          return createDomain(asciiLower(op.name))
        case 'remove-domain':
          return removeDomain(asciiLower(op.name))
        case 'create-user':
          return createUser(op.user)
        case 'modify-user':
          return modifyUser(op.username, op.change)
        case 'remove-user':
          return removeUser(op.username, op.at)
        case 'restore-user':
          return restoreUser(op.account)
        case 'forget-user':
          forgetRemoved.run(op.account)
          return ok(undefined)
      }
    },
    forget() {},
  }
}

const addressesOf = (given: {
  readonly primaryAddress?: string | null | undefined
  readonly alternativeAddresses: readonly string[]
}): { readonly primary: string | undefined; readonly others: readonly string[] } => ({
  primary: given.primaryAddress == null ? undefined : asciiLower(given.primaryAddress),
  others: given.alternativeAddresses.map(asciiLower),
})
