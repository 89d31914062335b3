import type { Result } from '#base/result'
import type { Credential, DirectoryFailure, NewUser, UserChange } from '#mail/directory'

export type NodeOp =
  | { readonly op: 'create-domain'; readonly name: string }
  | { readonly op: 'remove-domain'; readonly name: string }
  | { readonly op: 'create-user'; readonly user: NewUser }
  | { readonly op: 'modify-user'; readonly username: string; readonly change: UserChange }
  | { readonly op: 'remove-user'; readonly username: string; readonly at: number }
  | { readonly op: 'restore-user' | 'forget-user'; readonly account: number }

/** The user as it is now, or was when it was removed; nothing for domains. */
export type NodeAnswer = Result<Credential | undefined, DirectoryFailure>
