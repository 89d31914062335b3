import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { silentLog } from '#base/log'
import type { AdminNeeds } from '#mail/admin'
import { makeSmallOffice } from '../../mail/admin/small-office.contract.ts'
import { openRunningOffice, tell } from './running-office.contract.ts'

let office: Awaited<ReturnType<typeof openRunningOffice>>
before(async () => {
  const unused = {} as AdminNeeds
  const { directory } = makeSmallOffice().needs
  office = await openRunningOffice({ ...unused, directory, log: silentLog })
})
after(() => office.close())

const ucr = (...words: readonly string[]) => office.tell(['ucr', ...words])

test('what each call prints, in the words of the tool that administrators know', async () => {
  const table: readonly (readonly [string, number, string, string])[] = [
    ['get mail/messagesizelimit', 0, '10240000\n', ''],
    ['set mail/messagesizelimit=2000', 0, 'Create mail/messagesizelimit\n', ''],
    ['set mail/messagesizelimit=3000', 0, 'Setting mail/messagesizelimit\n', ''],
    ['set mail/messagesizelimit?4000', 0, 'Not updating mail/messagesizelimit\n', ''],
    ['get mail/messagesizelimit', 0, '3000\n', ''],
    ['set --force mail/messagesizelimit=5000', 0, 'Create mail/messagesizelimit\n', ''],
    [
      'set mail/messagesizelimit=1',
      0,
      'Setting mail/messagesizelimit\n',
      'W: mail/messagesizelimit is overridden by scope "forced"\n',
    ],
    ['get mail/messagesizelimit', 0, '5000\n', ''],
    ['search --brief ^mail/message', 0, 'mail/messagesizelimit: 5000\n', ''],
    [
      'unset mail/messagesizelimit',
      0,
      'Unsetting mail/messagesizelimit\n',
      'W: mail/messagesizelimit is still set in scope "forced"\n',
    ],
    ['unset --force mail/messagesizelimit', 0, 'Unsetting mail/messagesizelimit\n', ''],
    [
      'unset mail/messagesizelimit',
      0,
      '',
      "W: The config registry variable 'mail/messagesizelimit' is not set in this layer\n",
    ],
    ['set mail/cyrus/imap=no', 0, 'Create mail/cyrus/imap\n', 'W: mail/cyrus/imap applies at the next start\n'],
    ['set mail/cyrus/imap?yes', 0, 'Not updating mail/cyrus/imap\n', ''],
    ['unset mail/cyrus/imap', 0, 'Unsetting mail/cyrus/imap\n', 'W: mail/cyrus/imap applies at the next start\n'],
    ['get mail/postfix/smtpd/banner', 0, '', ''],
    ['set nothing hostname=mx', 0, 'Create hostname\n', "W: Missing value for config registry variable 'nothing'\n"],
    ['set mail/alias/postmaster=anna@example.test', 0, 'Create mail/alias/postmaster\n', ''],
    ['search --brief alias', 0, 'mail/alias/postmaster: anna@example.test\n', ''],
    ['search --brief --value anna', 0, 'mail/alias/postmaster: anna@example.test\n', ''],
    ['search --brief --non-empty banner', 0, '', ''],
    ['search --brief banner', 0, 'mail/postfix/smtpd/banner: <empty>\n', ''],
    ['search nowhere/to/be/found', 0, '', ''],
    ['shell mail/alias/postmaster hostname', 0, 'hostname=mx\nmail_alias_postmaster=anna@example.test\n', ''],
    ['--json get hostname', 0, '{"key":"hostname","value":"mx"}\n', ''],
  ]
  for (const [words, code, out, complaints] of table)
    assert.deepEqual(await ucr(...words.split(' ')), { code, out, complaints }, words)
})

test('what cannot be is refused, with an exit code and what would be right; nothing is written', async () => {
  const before = await ucr('dump')
  const table: readonly (readonly [string, number, RegExp])[] = [
    [
      'get mail/messagesizelimt',
      3,
      /^E: there is no variable 'mail\/messagesizelimt'; did you mean mail\/messagesizelimit\?\n$/,
    ],
    ['set domainname=x.test mail/messagesizelimit=much', 2, /'much' is not allowed: expected a whole number from 0 to/],
    ['set no/such/key=1', 3, /no variable/],
    ['unset no/such/key', 3, /no variable/],
    ['set', 2, /ucr set KEY=VALUE/],
    ['set alone', 2, /Missing value/],
    ['get', 2, /ucr get KEY/],
    ['get hostname domainname', 2, /ucr get KEY/],
    ['set --force --schedule hostname=a', 2, /one of --force/],
    ['search [', 1, /no regular expression/],
    ['search --key --value x', 2, /at most one/],
    ['commit', 2, /there is no 'ucr commit': get, set/],
    ['get --frobnicate x', 2, /Unknown option/],
    ['', 2, /there is no 'ucr '/],
  ]
  for (const [words, code, complaint] of table) {
    const told = await ucr(...words.split(' ').filter(word => word !== ''))
    assert.equal(told.code, code, words)
    assert.match(told.complaints, complaint)
    assert.equal(told.out, '', words)
  }
  assert.deepEqual(await ucr('dump'), before)
  assert.deepEqual(JSON.parse((await ucr('--json', 'get', 'hostnam')).complaints).error.kind, 'not-found')
})

test('a running server obeys at once, and the file says so too', async () => {
  assert.equal(office.settings().recipientLimit, 1000)
  await ucr('set', 'mail/smtp/recipients/limit=200')
  assert.equal(office.settings().recipientLimit, 200)
  assert.match(readFileSync(join(office.data, 'registry'), 'utf8'), /^mail\/smtp\/recipients\/limit: 200$/m)
})

test('what the command line of the server says is stronger, and told', async () => {
  const told = await ucr('set', '--force', 'mail/cyrus/auth/allowplaintext=yes')
  assert.match(told.complaints, /overridden by scope "command-line"/)
  assert.equal(office.settings().allowPlaintext, false)
  assert.match(
    (await ucr('info', 'mail/cyrus/auth/allowplaintext')).out,
    /^mail\/cyrus\/auth\/allowplaintext \(command-line\): no\n/,
  )
})

test('a shell reads back what shell prints, whatever the value', async () => {
  await ucr('set', `mail/postfix/smtpd/banner=it's; $(touch /tmp/x) "q" \\ \``)
  const { out } = await ucr('shell', 'mail/postfix/smtpd/banner')
  assert.equal(out, `mail_postfix_smtpd_banner='it'"'"'s; $(touch /tmp/x) "q" \\ \`'\n`)
})

test('a data directory is needed, and one that is not there is not found', async () => {
  assert.match((await tell(['ucr', 'get', 'hostname'])).complaints, /--data DIR or in HAUSPOST_DATA/)
  const told = await tell(['ucr', 'get', 'hostname', '--data', join(office.data, 'nowhere')])
  assert.equal(told.code, 3)
  assert.match(told.complaints, /there is no data directory .*nowhere/)
})

test('every command explains itself', async () => {
  for (const name of ['serve', 'ucr', 'udm', 'queue', 'decisions', 'version']) {
    const told = await tell([name, '--help'])
    assert.equal(told.code, 0)
    assert.match(told.out, new RegExp(`^usage: (hauspost )?${name} `))
    assert.deepEqual(await tell(['help', name]), told)
  }
  assert.equal((await tell([])).code, 2)
  assert.match((await tell(['help'])).out, /decisions {2}where is my message/)
  assert.match((await tell(['serf'])).complaints, /there is no command 'serf'/)
  assert.match((await tell(['version'])).out, /^hauspost \d+\.\d+\.\d+ \(Node \d+/)
})

test('serve refuses wrong words before it opens anything', async () => {
  for (const [words, complaint] of [
    ['serve', /--data DIR/],
    ['serve --data /x --port-offset -1', /--port-offset/],
    ['serve --data /x --port-offset=65000', /from 0 to 61345/],
    ['serve --data /x --bind mail.test', /no IPv4 or IPv6 address/],
    ['serve --data /x --set nonsense', /KEY=VALUE/],
    ['serve --data /x --set mail/cyrus/imap=perhaps', /--set: mail\/cyrus\/imap: 'perhaps' is not allowed/],
    ['serve --data /x --set mail/cyrus/imapp=yes', /did you mean mail\/cyrus\/imap/],
    ['serve --data /x now', /'now' is no option/],
  ] as const) {
    const told = await tell(words.split(' '))
    assert.equal(told.code, 2, words)
    assert.match(told.complaints, complaint)
  }
})
