import { createPrivateKey, X509Certificate } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { fail, ok, type Result } from '#base/result'
import { makeSelfSigned } from './self-signed.ts'

/** Files of the administrator's; with neither, the server's own. */
export interface CertificatePaths {
  readonly certificate?: string
  readonly key?: string
}

export interface CertificateNeeds {
  /** Where the server keeps the certificate that it made itself. */
  readonly directory: string
  readonly paths: () => CertificatePaths
  readonly hostname: () => string
  readonly clock: Clock
  readonly log: Log
}

export interface Certificates {
  /** What a new connection is shown. Looks at the files at most once a second; broken ones change nothing. */
  readonly current: () => SecureContext
}

/** RFC 9325 §4.2.1: forward secrecy and authenticated encryption only; TLS 1.3 has nothing else. */
const ciphers12 = 'ECDHE+AESGCM:ECDHE+CHACHA20'
const secondsBetweenLooks = 1

/** Neither the administrator's files nor a place for our own. */
export interface CertificateFailure {
  readonly path: string
  readonly reason: string
}

export function openCertificates(needs: CertificateNeeds): Result<Certificates, CertificateFailure> {
  try {
    return ok(openThem(needs))
  } catch (error) {
    const { code, syscall, path = needs.directory } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw error
    return fail({ path, reason: code })
  }
}

function openThem(needs: CertificateNeeds): Certificates {
  let named = needs.hostname()
  let own = ownPaths(needs)
  let shown: { readonly context: SecureContext; readonly mark: string } | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let complained = ''

  const look = (): void => {
    let paths = chosenPaths(needs.paths(), own)
    let mark = ''
    try {
      if (named !== needs.hostname()) {
        own = ownPaths(needs)
        named = needs.hostname()
        paths = chosenPaths(needs.paths(), own)
      }
      mark = `${fileMark(paths.certificate)} ${fileMark(paths.key)}`
      if (shown?.mark === mark) return
      shown = { context: readContext(paths), mark }
      complained = ''
      needs.log('info', 'certificate-loaded', { certificate: paths.certificate })
    } catch (error) {
      const reason = reasonOf(error)
      const complaint = `${mark} ${paths.certificate} ${paths.key} ${reason}`
      if (complaint === complained) return
      complained = complaint
      needs.log('error', 'certificate-unusable', { certificate: paths.certificate, key: paths.key, reason })
    }
  }

  const current = (): SecureContext => {
    const now = needs.clock()
    // A clock that was set back must not blind us.
    if (now < lookedAt || now >= lookedAt + secondsBetweenLooks * 1000) {
      lookedAt = now
      look()
    }
    // A server that starts while its own files are broken still has a door that closes.
    shown ??= { context: readContext(own), mark: '' }
    return shown.context
  }

  current()
  return { current }
}

function chosenPaths(given: CertificatePaths, own: Required<CertificatePaths>): Required<CertificatePaths> {
  if (given.certificate === undefined && given.key === undefined) return own
  // One file may hold both.
  return {
    certificate: given.certificate ?? given.key ?? own.certificate,
    key: given.key ?? given.certificate ?? own.key,
  }
}

const fileMark = (path: string): string => {
  const { mtimeMs, size, ino } = statSync(path)
  return `${path} ${mtimeMs} ${size} ${ino}`
}

const readContext = (paths: Required<CertificatePaths>): SecureContext =>
  createSecureContext({
    cert: readFileSync(paths.certificate),
    key: readFileSync(paths.key),
    minVersion: 'TLSv1.2',
    ciphers: `TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:${ciphers12}`,
    honorCipherOrder: true,
  })

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message ?? 'unreadable'
}

/** The pair in the server's own directory, made now if there is none or if it names another server. */
function ownPaths(needs: CertificateNeeds): Required<CertificatePaths> {
  const paths = { certificate: join(needs.directory, 'own.crt'), key: join(needs.directory, 'own.key') }
  if (names(paths, needs.hostname())) return paths
  mkdirSync(needs.directory, { recursive: true, mode: 0o700 })
  const shown = [...new Set([needs.hostname(), 'localhost', '127.0.0.1', '::1'])]
  const made = makeSelfSigned(shown, new Date(needs.clock()))
  // A crash between the two leaves a pair that does not fit, and the next look makes both again.
  writeDurably(paths.key, made.key, 0o600)
  writeDurably(paths.certificate, made.certificate, 0o644)
  needs.log('info', 'certificate-made', { certificate: paths.certificate, names: shown.join(' ') })
  return paths
}

/** Is it a whole pair for this host? */
function names(paths: Required<CertificatePaths>, hostname: string): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(paths.certificate))
    const fits = certificate.checkPrivateKey(createPrivateKey(readFileSync(paths.key)))
    return fits && certificate.subjectAltName?.split(', ').includes(`DNS:${hostname}`) === true
  } catch {
    return false
  }
}

function writeDurably(path: string, text: string, mode: number): void {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
}
