import type { EnableCommand, IdCommand, PlainCommand } from '#standards/imap'
import { type Answers, bye, completed } from '../answers.ts'
import { offered } from '../offered.ts'
import type { Session } from '../session.ts'

export async function* handleCapability({ tag }: PlainCommand, session: Session): Answers {
  yield { kind: 'capability', capabilities: offered(session) }
  yield completed(tag, 'CAPABILITY completed')
}

/** NOOP and CHECK: the news come with every answer. RFC 3501 §6.1.2, §6.4.1. */
export async function* handleNoop({ tag, name }: PlainCommand): Answers {
  yield completed(tag, `${name} completed`)
}

export async function* handleLogout({ tag }: PlainCommand): Answers {
  yield bye('Good bye')
  yield completed(tag, 'LOGOUT completed')
}

/** RFC 2342: a person's own mailboxes; nobody else's can be seen. */
export async function* handleNamespace({ tag }: PlainCommand): Answers {
  yield { kind: 'namespace', personal: [{ prefix: '', delimiter: '/' }] }
  yield completed(tag, 'NAMESPACE completed')
}

/** RFC 2971. The client's own words are not kept: they prove nothing. */
export async function* handleId({ tag }: IdCommand): Answers {
  yield { kind: 'id', fields: { name: 'Hauspost' } }
  yield completed(tag, 'ID completed')
}

/** RFC 5161: nothing that we know has to be enabled. */
export async function* handleEnable({ tag }: EnableCommand): Answers {
  yield { kind: 'enabled', capabilities: [] }
  yield completed(tag, 'ENABLE completed')
}
