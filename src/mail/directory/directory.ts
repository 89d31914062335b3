import type { Result } from '#base/result'
import type { AccountId } from '#mail/store'
import type { NewUser, RemovedUser, User, UserChange } from './user.ts'

/** A domain we host. Lower case. */
export interface MailDomain {
  readonly name: string
}

export type DirectoryFailure =
  | 'no-such-user'
  | 'no-such-domain'
  | 'user-exists'
  | 'domain-exists'
  | 'address-in-use'
  | 'domain-in-use'
  | 'no-space'
  | 'store-closed'

/** A person who may log in, with what proves it. */
export interface Credential {
  readonly user: User
  readonly passwordHash: string
}

/**
 * Who and what exists. Names and addresses are given in any case and kept in lower case, domains in A-labels. A primary
 * address is one user's, and nobody's login but his; an alternative one may be many users', and lies in a domain of ours.
 */
export interface Directory {
  listDomains(): Promise<readonly MailDomain[]>
  findDomain(name: string): Promise<MailDomain | undefined>
  createDomain(domain: MailDomain): Promise<Result<MailDomain, DirectoryFailure>>
  /** Refused while an address in it is in use. */
  removeDomain(name: string): Promise<Result<void, DirectoryFailure>>

  listUsers(): Promise<readonly User[]>
  findUser(username: string): Promise<User | undefined>
  /** By primary or alternative address: all whose it is, whoever has it as primary address first. */
  findUsersByAddress(address: string): Promise<readonly User[]>
  /** By username or primary address. An alternative address may be many users', so it is no login. */
  findCredential(login: string): Promise<Credential | undefined>
  createUser(user: NewUser): Promise<Result<User, DirectoryFailure>>
  modifyUser(username: string, change: UserChange): Promise<Result<User, DirectoryFailure>>
  removeUser(username: string): Promise<Result<User, DirectoryFailure>>
  /** The latest first. */
  listRemoved(): Promise<readonly RemovedUser[]>
  /** As they were, password and addresses too, unless somebody else has those now. */
  restoreUser(account: AccountId): Promise<Result<User, DirectoryFailure>>
  /** For good. */
  forgetRemoved(account: AccountId): Promise<Result<void, DirectoryFailure>>
}
