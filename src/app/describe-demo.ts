import { type DemoPasswords, demoDomain } from './demo.ts'
import type { Door } from './doors.ts'

export interface DemoFacts {
  readonly data: string
  readonly host: string
  readonly portOffset: number
  /** Those that are open. */
  readonly doors: readonly Door[]
  readonly passwords: DemoPasswords
}

/** What a newcomer sees: what listens where, how to log in, what to try. */
export function describeDemo({ data, host, portOffset, doors, passwords }: DemoFacts): string {
  const port = (name: string): number | undefined => {
    const door = doors.find(each => each.name === name)
    return door && door.port + portOffset
  }
  const table = doors.map(door => `  ${String(door.port + portOffset).padEnd(7)} ${door.name.padEnd(12)} ${door.about}`)
  const login = (name: keyof DemoPasswords): string =>
    `  ${name.padEnd(6)} ${(passwords[name] ?? '(changed since)').padEnd(16)} ${name}@${demoDomain}`
  const show = host.includes(':') ? `[${host}]` : host
  const [anna, ben] = [passwords.anna ?? 'PASSWORD', passwords.ben ?? 'PASSWORD']
  const imaps = port('imaps')
  const reading = [
    `  curl -k --user anna:${anna} 'imaps://${show}:${imaps}/INBOX;MAILINDEX=1'`,
    `  mutt -f imaps://anna@${show}:${imaps}/`,
  ]
  return [
    '',
    `Hauspost, a demonstration in ${data}. Mail for other servers is caught, not sent.`,
    '',
    `Listening on ${host}:`,
    ...table,
    '',
    'Logins:',
    login('anna'),
    login('ben'),
    '',
    'Try, in another window:',
    ...(imaps === undefined ? [] : reading),
    `  printf 'Subject: hello\\r\\n\\r\\nHello Anna\\r\\n' | curl -k --mail-from ben@${demoDomain} --mail-rcpt anna@${demoDomain} \\`,
    `    --user ben:${ben} -T - smtps://${show}:${port('submissions')}`,
    `  swaks --server ${show}:${port('smtp')} --from you@elsewhere.example --to anna@${demoDomain}`,
    `  bin/hauspost queue list --data ${data}`,
    '',
    'Ctrl-C ends it. The certificate is self-signed: clients will ask.',
    '',
  ].join('\n')
}
