import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { messageSizeLimit, readVariable } from '#config'
import { openRegistry, replaceFile } from './registry-file.ts'
import { makeSettings } from './settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'hauspost-registry-'))
after(() => rmSync(directory, { recursive: true }))
const fresh = (): string => mkdtempSync(join(directory, 'data-'))

function open(data: string, commandLine: Readonly<Record<string, string>> = {}) {
  const opened = openRegistry(data, commandLine)
  assert.ok(opened.ok, JSON.stringify(opened))
  return opened.value
}

test('what was set is there after the next start, each layer in its own file, for its owner only', () => {
  const data = fresh()
  const registry = open(data)
  registry.change('normal', { 'mail/messagesizelimit': '1000', 'mail/cyrus/imap': 'no' })
  registry.change('forced', { 'mail/cyrus/imap': 'yes' })
  registry.change('normal', { 'mail/messagesizelimit': undefined })
  const again = open(data).current()
  assert.deepEqual([...again.normal], [['mail/cyrus/imap', 'no']])
  assert.deepEqual([...again.forced], [['mail/cyrus/imap', 'yes']])
  assert.match(readFileSync(join(data, 'registry'), 'utf8'), /^# .*\nmail\/cyrus\/imap: no\n$/)
  assert.equal(statSync(join(data, 'registry')).mode & 0o777, 0o600)
})

test('CR-08 a crash before the rename leaves the old file; the old file is never written into', () => {
  const data = fresh()
  const path = join(data, 'registry')
  open(data).change('normal', { 'mail/messagesizelimit': '1000' })
  writeFileSync(`${path}.new`, 'mail/messagesizel')
  assert.equal(readVariable(open(data).current(), messageSizeLimit), 1000)
  const old = openSync(path, 'r')
  replaceFile(path, 'mail/messagesizelimit: 2000\n')
  assert.match(readFileSync(old, 'utf8'), /: 1000\n$/)
  closeSync(old)
  assert.equal(readVariable(open(data).current(), messageSizeLimit), 2000)
})

test('a disk that does not take the change leaves everything as it was', () => {
  const data = fresh()
  const registry = open(data)
  registry.change('normal', { 'mail/messagesizelimit': '1000' })
  rmSync(data, { recursive: true })
  writeFileSync(data, 'no directory any more')
  assert.throws(() => registry.change('normal', { 'mail/messagesizelimit': '2000' }))
  assert.equal(readVariable(registry.current(), messageSizeLimit), 1000)
})

test('OP-05 a faulty file refuses the start, with file and key; a reload keeps what held', () => {
  const data = fresh()
  const registry = open(data)
  registry.change('normal', { 'mail/messagesizelimit': '1000' })
  writeFileSync(join(data, 'registry'), 'mail/messagesizelimit: lots\nmail/nothing/like/it: 1\n')
  const opened = openRegistry(data)
  assert.ok(!opened.ok)
  assert.equal(opened.failure.length, 2)
  assert.match(opened.failure[0] as string, /data-\w+\/registry: mail\/messagesizelimit: 'lots' is not allowed/)
  assert.equal(registry.reload().length, 2)
  assert.equal(readVariable(registry.current(), messageSizeLimit), 1000)
})

test('settings follow the registry, and the command line is stronger than every file', () => {
  const data = fresh()
  const registry = open(data, { 'mail/cyrus/auth/allowplaintext': 'yes' })
  const settings = makeSettings(registry.current)
  assert.equal(settings(), settings(), 'worked out once')
  registry.change('forced', {
    'mail/cyrus/auth/allowplaintext': 'no',
    'mail/messagesizelimit': '5',
    hostname: 'mx',
    domainname: 'example.org',
    'mail/alias/postmaster': 'anna@example.org',
  })
  assert.equal(settings().allowPlaintext, true)
  assert.equal(settings().messageSizeLimit, 5)
  assert.equal(settings().hostname, 'mx.example.org')
  assert.equal(settings().aliases('postmaster'), 'anna@example.org')
  registry.change('normal', { 'mail/smtp/helo/name': 'Mail.Example.net' })
  assert.equal(settings().hostname, 'mail.example.net')
})

test('nobody may relay unless a network says so', () => {
  const registry = open(fresh())
  const settings = makeSettings(registry.current)
  for (const address of ['127.0.0.1', '::1', '192.0.2.1']) assert.equal(settings().mayRelay(address), false)
  registry.change('normal', { 'mail/postfix/mynetworks': '192.0.2.0/24 2001:db8::/32, 127.0.0.1' })
  for (const address of ['192.0.2.255', '2001:db8:1::1', '127.0.0.1', '::ffff:192.0.2.7'])
    assert.equal(settings().mayRelay(address), true, address)
  for (const address of ['192.0.3.1', '2001:db9::1', '127.0.0.2', '', 'x'])
    assert.equal(settings().mayRelay(address), false, address)
})

test('SM-26 no network of IPv6 takes IPv4 along', () => {
  const data = fresh()
  const registry = open(data)
  registry.change('normal', { 'mail/postfix/mynetworks': '::/0' })
  const { mayRelay } = makeSettings(registry.current)()
  assert.deepEqual(['2001:db8::1', '198.51.100.1', '::ffff:198.51.100.1'].map(mayRelay), [true, false, false])
})

test('what could not be read again is not written', () => {
  const data = fresh()
  const registry = open(data)
  const many = (from: number) =>
    Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`mail/alias/a${from + n}`, 'root']))
  for (const from of [0, 5_000, 10_000]) registry.change('normal', many(from))
  assert.throws(() => registry.change('normal', many(15_000)), /it would have more than 20000 lines/)
  assert.equal(registry.current().normal.size, 15_000)
  assert.equal(open(data).current().normal.size, 15_000)
})

test('a key that stands twice in a file is told with its line, and blanks before a colon are none of the key', () => {
  const data = fresh()
  writeFileSync(join(data, 'registry'), '# by hand\nmail/messagesizelimit : 2000\n')
  assert.equal(readVariable(open(data).current(), messageSizeLimit), 2000)
  writeFileSync(
    join(data, 'registry'),
    'mail/messagesizelimit: 2000\nmail/cyrus/imap: no\nmail/messagesizelimit: 3000\n',
  )
  const opened = openRegistry(data)
  assert.ok(!opened.ok)
  assert.match(opened.failure.join(), /line 3: 'mail\/messagesizelimit' stands there twice/)
})
