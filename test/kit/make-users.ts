/** `make-users.ts DIR COUNT`: opens a stopped data directory once and makes the rigs' domain and users in it. */
import { openOffline } from '../../src/app/wire-admin.ts'
import { mailDomain, userAddress, userName, userPassword } from './users.ts'

const [data = '', count = '0'] = process.argv.slice(2)
const opened = await openOffline(data, true)
if (!opened.ok) throw new Error(opened.failure.words)
const { ask, close } = opened.value

async function must(operation: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const done = await ask(operation, given)
  if (!done.ok) throw new Error(`${operation}: ${done.failure.words}`)
}

try {
  await must('domain.create', { name: mailDomain })
  for (let user = 1; user <= Number(count); user++) {
    const username = userName(user)
    await must('user.create', { set: { username, password: userPassword, mailPrimaryAddress: userAddress(user) } })
  }
} finally {
  await close()
}
