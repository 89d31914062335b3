import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, type SecureContext, TLSSocket } from 'node:tls'
import { instant } from '#base/clock'
import { type CertificatePaths, openCertificates } from './certificates.ts'
import { makeSelfSigned } from './self-signed.ts'

const directory = mkdtempSync(join(tmpdir(), 'hauspost-certificates-'))
after(() => rmSync(directory, { recursive: true }))

function setUp(paths: CertificatePaths = {}) {
  let now = Date.UTC(2026, 0, 1)
  const given = { paths, hostname: 'mail.example.test' }
  const logged: string[] = []
  const opened = openCertificates({
    directory: join(directory, 'own'),
    paths: () => given.paths,
    hostname: () => given.hostname,
    clock: () => instant(now),
    log: (level, event, fields) => logged.push(`${level} ${event} ${fields?.reason ?? ''}`),
  })
  assert.ok(opened.ok)
  const certificates = opened.value
  return { certificates, logged, given, pass: (milliseconds: number) => (now += milliseconds) }
}

/** The name that a handshake shows. */
async function shownName(secureContext: SecureContext, maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3') {
  const server = createServer(socket => {
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    return await new Promise<string>((resolve, reject) => {
      const socket = connect(
        {
          port: (server.address() as AddressInfo).port,
          host: '127.0.0.1',
          servername: 'x.test',
          rejectUnauthorized: false,
          maxVersion,
          minVersion: 'TLSv1',
          ciphers: 'DEFAULT:@SECLEVEL=0',
        },
        () => {
          const { subject } = socket.getPeerCertificate()
          resolve(`${subject.CN} ${socket.getProtocol()}`)
          socket.destroy()
        },
      )
      socket.on('error', reject)
    })
  } finally {
    server.close()
  }
}

const writePair = (name: string, folder = directory) => {
  const made = makeSelfSigned([name], new Date())
  const paths = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  writeFileSync(paths.certificate, made.certificate)
  writeFileSync(paths.key, made.key)
  return paths
}

test('the server makes itself a certificate once, and keeps the key to itself', async () => {
  const { certificates } = setUp()
  const path = join(directory, 'own', 'own.crt')
  const pem = readFileSync(path, 'utf8')
  const read = new X509Certificate(pem)
  assert.ok(read.verify(read.publicKey))
  assert.equal(
    read.subjectAltName,
    'DNS:mail.example.test, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  assert.ok(read.checkHost('mail.example.test') && read.checkIP('127.0.0.1') && !read.ca)
  assert.equal(statSync(join(directory, 'own', 'own.key')).mode & 0o777, 0o600)
  assert.equal(statSync(join(directory, 'own')).mode & 0o777, 0o700)
  assert.equal(await shownName(certificates.current()), 'mail.example.test TLSv1.3')
  setUp()
  assert.equal(readFileSync(path, 'utf8'), pem)
})

test('a server that is renamed makes itself another certificate, at once and at a start', async () => {
  const { certificates, given, pass } = setUp()
  given.hostname = 'renamed.example.test'
  pass(1_000)
  assert.match(await shownName(certificates.current()), /^renamed\.example\.test /)
  assert.match(await shownName(setUp().certificates.current()), /^mail\.example\.test /)
})

test('a pair that does not fit together is made again', async () => {
  setUp()
  writeFileSync(join(directory, 'own', 'own.key'), makeSelfSigned(['x.test'], new Date()).key)
  assert.match(await shownName(setUp().certificates.current()), /^mail\.example\.test /)
})

test('a folder in which no certificate can be made is a failure with its path', () => {
  const open = (folder: string) =>
    openCertificates({
      directory: folder,
      paths: () => ({}),
      hostname: () => 'mail.example.test',
      clock: () => instant(0),
      log: () => {},
    })
  const file = join(directory, 'file')
  writeFileSync(file, 'no folder')
  assert.deepEqual(open(file), { ok: false, failure: { path: file, reason: 'EEXIST' } })
  const strange = join(directory, 'strange')
  mkdirSync(join(strange, 'own.key.new'), { recursive: true })
  assert.deepEqual(open(strange), { ok: false, failure: { path: join(strange, 'own.key.new'), reason: 'EISDIR' } })
})

test('openssl reads it, checks its signature, and takes it as a server certificate', t => {
  const { certificate } = writePair('openssl.test')
  const asked = spawnSync('openssl', [
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-CAfile',
    certificate,
    certificate,
  ])
  if (asked.error) return t.skip('no openssl here')
  assert.match(String(asked.stdout), /: OK/)
})

test('TL-11 TLS 1.1 is refused, 1.2 is spoken', async () => {
  const { certificates } = setUp()
  assert.equal(await shownName(certificates.current(), 'TLSv1.2'), 'mail.example.test TLSv1.2')
  await assert.rejects(shownName(certificates.current(), 'TLSv1.1'))
})

test('TL-22 a replaced certificate is shown without a restart; a broken one keeps the old and is logged once', async () => {
  const own = writePair('first.test')
  const { certificates, logged, pass } = setUp(own)
  assert.match(await shownName(certificates.current()), /^first\.test /)

  const next = makeSelfSigned(['second.test'], new Date())
  writeFileSync(own.certificate, next.certificate)
  pass(1_000)
  assert.match(await shownName(certificates.current()), /^first\.test /, 'certificate and key do not fit yet')
  writeFileSync(own.key, next.key)
  assert.match(await shownName(certificates.current()), /^first\.test /, 'not looked at twice in a second')
  pass(1_000)
  assert.match(await shownName(certificates.current()), /^second\.test /)

  logged.length = 0
  writeFileSync(own.certificate, 'half a PEM')
  for (let i = 0; i < 5; i++) {
    pass(2_000)
    assert.match(await shownName(certificates.current()), /^second\.test /)
  }
  assert.equal(logged.length, 1, logged.join('\n'))
  assert.match(logged[0] as string, /^error certificate-unusable/)
  rmSync(own.certificate)
  pass(2_000)
  assert.match(await shownName(certificates.current()), /^second\.test /)
})

test('the paths are those of the moment, and a start with broken files still has a door that closes', async () => {
  const { certificates, given, pass, logged } = setUp({
    certificate: '/does/not/exist.pem',
    key: '/does/not/exist.key',
  })
  assert.match(await shownName(certificates.current()), /^mail\.example\.test /)
  assert.ok(logged.some(line => line.includes('certificate-unusable ENOENT')))
  given.paths = writePair('third.test')
  pass(1_000)
  assert.match(await shownName(certificates.current()), /^third\.test /)
  pass(-3_600_000)
  given.paths = {}
  assert.match(await shownName(certificates.current()), /^mail\.example\.test /, 'a clock set back blinds nobody')
})

test('TL-23 neither key nor password stands in a log', () => {
  const { certificates, logged } = setUp(writePair('quiet.test'))
  certificates.current()
  assert.doesNotMatch(logged.join('\n'), /PRIVATE|MII|[A-Za-z0-9+/]{60}/)
})
