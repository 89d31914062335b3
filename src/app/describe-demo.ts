import { type DemoPasswords, demoDomain } from './demo.ts'
import { doors } from './doors.ts'

/** What a newcomer sees: what listens where, how to log in, what to try. */
export function describeDemo(data: string, host: string, portOffset: number, passwords: DemoPasswords): string {
  const port = (name: string): number => (doors.find(door => door.name === name)?.port ?? 0) + portOffset
  const table = doors.map(door => `  ${String(door.port + portOffset).padEnd(7)} ${door.name.padEnd(12)} ${door.about}`)
  const show = host.includes(':') ? `[${host}]` : host
  return [
    '',
    `Hauspost, a demonstration in ${data}. Mail for other servers is caught, not sent.`,
    '',
    `Listening on ${host}:`,
    ...table,
    '',
    'Logins:',
    `  anna   ${passwords.anna.padEnd(16)} anna@${demoDomain}`,
    `  ben    ${passwords.ben.padEnd(16)} ben@${demoDomain}`,
    '',
    'Try, in another window:',
    `  curl -k --user anna:${passwords.anna} 'imaps://${show}:${port('imaps')}/INBOX;MAILINDEX=1'`,
    `  printf 'Subject: hello\\r\\n\\r\\nHello Anna\\r\\n' | curl -k --mail-from ben@${demoDomain} --mail-rcpt anna@${demoDomain} \\`,
    `    --user ben:${passwords.ben} -T - smtps://${show}:${port('submissions')}`,
    `  swaks --server ${show}:${port('smtp')} --from you@elsewhere.example --to anna@${demoDomain}`,
    `  mutt -f imaps://anna@${show}:${port('imaps')}/`,
    `  bin/hauspost queue list --data ${data}`,
    '',
    'Ctrl-C ends it. The certificate is self-signed: clients will ask.',
    '',
  ].join('\n')
}
