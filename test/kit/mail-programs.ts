import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { ImapAccount } from './read-by-imaplib.ts'
import { outputOf } from './run-program.ts'

/** Where a program sends: with a login it speaks TLS, from the start (465) or on request (587). */
export interface SendingPlace {
  readonly host: string
  readonly port: number
  readonly tls?: 'from-the-start' | 'on-request'
  readonly login?: { readonly user: string; readonly password: string }
}

export interface SentLetter {
  readonly from: string
  readonly to: string
  readonly content: string
}

/** The letter as it is: swaks neither fills in nor mends anything. */
export async function sendBySwaks({ host, port, tls, login }: SendingPlace, letter: SentLetter): Promise<string> {
  const stuffed = letter.content.replace(/(^|\r\n)\./g, '$1..')
  return outputOf(
    'swaks',
    [
      ...['--server', host, '--port', String(port), '--from', letter.from, '--to', letter.to],
      ...(tls === undefined ? [] : [tls === 'on-request' ? '--tls' : '--tls-on-connect']),
      ...(login === undefined ? [] : ['--auth', 'PLAIN', '--auth-user', login.user, '--auth-password', login.password]),
      ...['--no-data-fixup', '--data', '-'],
    ],
    { input: Buffer.from(`${stuffed}.\r\n`, 'latin1') },
  )
}

export async function sendByCurl({ host, port, tls, login }: SendingPlace, letter: SentLetter): Promise<string> {
  const place = `${tls === 'from-the-start' ? 'smtps' : 'smtp'}://${host}:${port}/curl.example`
  return outputOf(
    'curl',
    [
      ...['-sS', '-k', '--mail-from', letter.from, '--mail-rcpt', letter.to, '-T', '-', place],
      ...(tls === 'on-request' ? ['--ssl-reqd'] : []),
      ...(login === undefined ? [] : ['--user', `${login.user}:${login.password}`]),
    ],
    { input: Buffer.from(letter.content, 'latin1') },
  )
}

/** INBOX by imaps, one message after the other. */
export async function readByCurl(from: ImapAccount, count: number): Promise<readonly string[]> {
  const read: string[] = []
  for (let index = 1; index <= count; index++) {
    const place = `imaps://${from.host}:${from.port}/INBOX;MAILINDEX=${index}`
    read.push(await outputOf('curl', ['-sS', '-k', '--user', `${from.user}:${from.password}`, place]))
  }
  return read
}

/** The files of a Maildir, in the order of their names. */
export function readMaildir(folder: string): readonly string[] {
  return ['cur', 'new'].flatMap(part =>
    readdirSync(join(folder, part))
      .sort()
      .map(name => readFileSync(join(folder, part, name), 'latin1')),
  )
}

function serverCertificate({ host, port }: ImapAccount): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate()
      socket.destroy()
      const lines = raw.toString('base64').replace(/.{64}/g, '$&\n')
      resolve(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`)
    })
    socket.once('error', reject)
  })
}

/** INBOX by imaps into a Maildir below the folder, which stays for a second synchronisation. */
export async function readByMbsync(from: ImapAccount, folder: string): Promise<readonly string[]> {
  const near = join(folder, 'mbsync')
  const [settings, certificate] = [join(folder, 'mbsyncrc'), join(folder, 'server.pem')]
  mkdirSync(near, { recursive: true })
  writeFileSync(certificate, await serverCertificate(from))
  const account = `IMAPAccount a\nHost localhost\nPort ${from.port}\nUser ${from.user}\nPass ${from.password}\nSSLType IMAPS\n`
  const stores = `IMAPStore far\nAccount a\n\nMaildirStore near\nPath ${near}/\nInbox ${near}/INBOX\n\n`
  const channel = 'Channel all\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n'
  writeFileSync(settings, `${account}CertificateFile ${certificate}\n\n${stores}${channel}`, { mode: 0o600 })
  await outputOf('mbsync', ['-c', settings, 'all'], { env: { HOME: folder } })
  return readMaildir(join(near, 'INBOX')).map(text => text.replace(/^X-TUID: .*\n/m, ''))
}

/** INBOX by imaps, copied by mutt into a Maildir. It wants a terminal, so `script` gives it one. */
export async function readByMutt(from: ImapAccount, folder: string): Promise<readonly string[]> {
  const copy = join(folder, 'mutt')
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(copy, part), { recursive: true })
  const settings = join(folder, 'muttrc')
  const certificate = join(folder, 'mutt.pem')
  writeFileSync(certificate, await serverCertificate(from))
  const set = [
    ...[`imap_user="${from.user}"`, `imap_pass="${from.password}"`, 'record=""', 'postponed=""', 'mbox_type=Maildir'],
    ...['confirmappend=no', 'confirmcreate=no', 'quit=yes', 'move=no', 'beep=no', 'wait_key=no', 'sleep_time=0'],
    ...['ssl_verify_host=no', 'ssl_verify_dates=no', `certificate_file="${certificate}"`, `tmpdir="${folder}"`],
    ...['alias_file=/dev/null', 'sort=mailbox-order', `folder="${folder}"`],
  ]
  writeFileSync(settings, set.map(each => `set ${each}\n`).join(''), { mode: 0o600 })
  const keys = `<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>${copy}<enter><quit>`
  const place = `imaps://localhost:${from.port}/INBOX`
  const command = `mutt -n -F '${settings}' -f '${place}' -e 'push "${keys}"'`
  await outputOf('script', ['-qec', command, '/dev/null'], { env: { HOME: folder, TERM: 'xterm' } })
  return readMaildir(copy).map(text => text.replace(/^(?:Content-Length|Lines): .*\n/gm, ''))
}
