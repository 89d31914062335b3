import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPortOffset } from '../../test/kit/server.ts'
import { userAddress, userName, userPassword } from '../../test/kit/users.ts'
import { openCpuAccount } from '../cpu-account.ts'
import { type Target, userCount } from '../target.ts'
import { dovecotConf, mailUid, postfixMain, postfixMaster } from './configuration.ts'

const packages = ['postfix', 'dovecot-core', 'dovecot-imapd', 'dovecot-lmtpd', 'dovecot-sieve', 'openssl']
const policy = '/usr/sbin/policy-rc.d'

/** Debian's packages, without letting them start the daemons they bring. */
function installPackages(): void {
  const isThere = (name: string): boolean =>
    spawnSync('dpkg-query', ['-W', `-f=\${Status}`, name], { encoding: 'utf8' }).stdout.includes('ok installed')
  const missing = packages.filter(name => !isThere(name))
  if (missing.length === 0) return
  const isOurs = !existsSync(policy)
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const install = (): number | null =>
      spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env, stdio: 'ignore' })
        .status
    for (let tries = 0; tries < 3 && install() !== 0; tries++)
      spawnSync('apt-get', ['update', '-q'], { env, stdio: 'ignore' })
  } finally {
    if (isOurs) rmSync(policy)
  }
  const still = missing.filter(name => !isThere(name))
  if (still.length > 0) throw new Error(`apt-get could not install ${still.join(', ')}`)
}

const readPid = (file: string): number | undefined => {
  try {
    return Number(readFileSync(file, 'utf8').trim()) || undefined
  } catch {
    return undefined
  }
}
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`)

async function waitUntil(what: string, seconds: number, isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited++) {
    if (waited > seconds * 20) throw new Error(`waited ${seconds} s for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/**
 * Postfix hands to Dovecot by LMTP; both below one scratch folder, on loopback, with their durability as shipped.
 * `stop` ends what was started here, by pid, and wipes the folder.
 */
export async function startPostfixDovecot(): Promise<Target> {
  installPackages()
  const home = mkdtempSync(join(tmpdir(), 'hauspost-peer-'))
  chmodSync(home, 0o755)
  const offset = await findPortOffset()
  const ports = { smtp: 25 + offset, imap: 143 + offset, imaps: 993 + offset }
  const account = openCpuAccount('postfix-dovecot')
  const inside = (program: string, ...words: string[]): void => {
    const [first = '', ...before] = account.through
    // A daemon keeps a pipe open for ever: what it says at its start goes to a file.
    const log = openSync(join(home, 'log/start'), 'a')
    const { status } = spawnSync(first, [...before, program, ...words], {
      stdio: ['ignore', log, log],
      timeout: 30_000,
    })
    closeSync(log)
    if (status !== 0) throw new Error(`${program}: ${readFileSync(join(home, 'log/start'), 'utf8')}`)
  }
  for (const folder of ['run', 'state', 'mail', 'log', 'postfix', 'queue', 'pfdata']) mkdirSync(join(home, folder))
  chownSync(join(home, 'mail'), mailUid, mailUid)
  chownSync(join(home, 'pfdata'), Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' })), 0)

  const users = Array.from({ length: userCount }, (_, i) => i + 1)
  const passwd = users.map(
    user => `${userName(user)}:{PLAIN}${userPassword}:${mailUid}:${mailUid}::${home}/mail/${userName(user)}::`,
  )
  writeFileSync(join(home, 'users'), `${passwd.join('\n')}\n`)
  const key = ['-newkey', 'rsa:2048', '-keyout', join(home, 'key.pem'), '-out', join(home, 'certificate.pem')]
  execFileSync('openssl', ['req', '-x509', '-nodes', '-subj', '/CN=localhost', ...key], { stdio: 'ignore' })
  writeFileSync(join(home, 'dovecot.conf'), dovecotConf(home, ports))
  writeFileSync(join(home, 'postfix/main.cf'), postfixMain(home))
  writeFileSync(join(home, 'postfix/master.cf'), postfixMaster(ports.smtp))
  writeFileSync(join(home, 'postfix/mailboxes'), users.map(user => `${userAddress(user)} ${userName(user)}\n`).join(''))

  const stop = async (): Promise<void> => {
    spawnSync('/usr/sbin/postfix', ['-c', join(home, 'postfix'), 'stop'], { stdio: 'ignore' })
    const master = readPid(join(home, 'run/master.pid'))
    if (master && isAlive(master)) {
      process.kill(master, 'SIGTERM')
      await waitUntil('Dovecot to end', 20, () => !isAlive(master))
    }
    // Whatever is left in the account was started by these two.
    for (const pid of account.pids())
      try {
        process.kill(pid, 'SIGKILL')
      } catch {}
    await waitUntil('the last processes to end', 10, () => account.pids().length === 0)
    account.close()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    execFileSync('/usr/sbin/postmap', ['-c', join(home, 'postfix'), `hash:${home}/postfix/mailboxes`])
    inside('/usr/sbin/dovecot', '-c', join(home, 'dovecot.conf'))
    inside('/usr/sbin/postfix', '-c', join(home, 'postfix'), 'start')
    await waitUntil('Dovecot to listen', 20, () => existsSync(join(home, 'run/lmtp')))
  } catch (problem) {
    await stop()
    throw problem
  }
  return {
    name: 'postfix-dovecot',
    host: '127.0.0.1',
    smtpPort: ports.smtp,
    imapPort: ports.imap,
    imapsPort: ports.imaps,
    account,
    pace: 0.25,
    stop,
  }
}
