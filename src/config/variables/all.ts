import type { AnyVariable } from '../variable.ts'
import * as logins from './logins.ts'
import * as mailboxes from './mailboxes.ts'
import * as receiving from './receiving.ts'
import * as server from './server.ts'

/** Every variable that something obeys, under the heading of its subject. */
export const subjects: readonly { readonly title: string; readonly variables: readonly AnyVariable[] }[] = [
  { title: 'This server', variables: Object.values(server) },
  { title: 'Receiving mail', variables: Object.values(receiving) },
  { title: 'Mailboxes', variables: Object.values(mailboxes) },
  { title: 'Logins and passwords', variables: Object.values(logins) },
]

export const allVariables: readonly AnyVariable[] = subjects.flatMap(subject => subject.variables)
