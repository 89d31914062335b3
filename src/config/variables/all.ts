import type { AnyVariable } from '../variable.ts'
import * as logins from './logins.ts'
import * as mailboxes from './mailboxes.ts'
import * as receiving from './receiving.ts'
import * as server from './server.ts'

/** Every variable that something obeys, under the heading of its subject. */
export const subjects: readonly { readonly title: string; readonly variables: readonly AnyVariable[] }[] = [
  { title: 'This server', variables: Object.values(server) as readonly AnyVariable[] },
  { title: 'Receiving mail', variables: Object.values(receiving) as readonly AnyVariable[] },
  { title: 'Mailboxes', variables: Object.values(mailboxes) as readonly AnyVariable[] },
  { title: 'Logins and passwords', variables: Object.values(logins) as readonly AnyVariable[] },
]

export const allVariables: readonly AnyVariable[] = subjects.flatMap(subject => subject.variables)
