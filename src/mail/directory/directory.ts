import type { Result } from '#base/result'
import type { NewUser, User, UserChange } from './user.ts'

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

/** Who and what exists. Names and addresses are given and kept in lower case; the rules about them stand in `rules.ts`. */
export interface Directory {
  listDomains(): Promise<readonly MailDomain[]>
  findDomain(name: string): Promise<MailDomain | undefined>
  createDomain(domain: MailDomain): Promise<Result<MailDomain, DirectoryFailure>>
  /** Refused while an address in it is in use. */
  removeDomain(name: string): Promise<Result<void, DirectoryFailure>>

  listUsers(): Promise<readonly User[]>
  findUser(username: string): Promise<User | undefined>
  /** By primary or alternative address. */
  findUserByAddress(address: string): Promise<User | undefined>
  /** By username or by primary or alternative address. */
  findCredential(login: string): Promise<Credential | undefined>
  createUser(user: NewUser): Promise<Result<User, DirectoryFailure>>
  modifyUser(username: string, change: UserChange): Promise<Result<User, DirectoryFailure>>
  removeUser(username: string): Promise<Result<User, DirectoryFailure>>
}
