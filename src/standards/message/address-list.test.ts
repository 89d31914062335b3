import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTime } from '../../../test/kit/cpu-time.ts'
import { parseAddressList, usualMessageLimits } from './index.ts'

const limits = usualMessageLimits
const read = (text: string): string =>
  parseAddressList(text, limits)
    .map(entry => {
      if (entry.kind === 'group-end') return ';'
      if (entry.kind === 'group') return `${entry.name}:`
      return `${entry.name === undefined ? '' : `[${entry.name}]`}${entry.route ?? ''}<${entry.local}@${entry.domain}>`
    })
    .join(' ')

test('address lists are read as RFC 5322 §3.4 and Appendix A write them, and as the wild does', () => {
  const table: readonly (readonly [string, string])[] = [
    ['John Doe <jdoe@machine.example>', '[John Doe]<jdoe@machine.example>'],
    ['"Joe Q. Public" <john.q.public@example.com>', '[Joe Q. Public]<john.q.public@example.com>'],
    [
      'Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
      '[Mary Smith]<mary@x.test> <jdoe@example.org> [Who?]<one@y.test>',
    ],
    [
      '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
      '<boss@nil.test> [Giant; "Big" Box]<sysservices@example.net>',
    ],
    [
      'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
      'A Group: [Ed Jones]<c@a.test> <joe@where.test> [John]<jdoe@one.test> ;',
    ],
    ['Undisclosed recipients:;', 'Undisclosed recipients: ;'],
    ['(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;', 'Hidden recipients: ;'],
    ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', '[Pete]<pete@silly.test>'],
    ['Joe Q. Public <john.q.public@example.com>', '[Joe Q. Public]<john.q.public@example.com>'],
    [
      'Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example',
      '[Mary Smith]@node.test<mary@example.net> <jdoe@test.example>',
    ],
    ['john . doe @ example.org (John Doe)', '[John Doe]<john.doe@example.org>'],
    ['"a b"@example.org', '<a b@example.org>'],
    ['a@[192.0.2.1], <b@[IPv6:::1]>', '<a@[192.0.2.1]> <b@[IPv6:::1]>'],
    ['a@x; b@y', '<a@x> <b@y>'],
    ['MAILER-DAEMON', '<MAILER-DAEMON@>'],
    ['Mail Delivery', '[Mail Delivery]<@>'],
    ['x@y <a@b>', '[x@y]<a@b>'],
    ['<>', '<@>'],
    ['', ''],
    [' , ,, ', ''],
    ['(only a comment)', ''],
    ['A: b@x, C: d@y;', 'A: <b@x> ; C: <d@y> ;'],
    ['Name\r\n <a@b>', '[Name]<a@b>'],
    ['J\xf6rg <a@b>', '[J\xf6rg]<a@b>'],
    ['"unclosed <a@b>', '[unclosed <a@b>]<@>'],
    ['a <b@c', '[a]<b@c>'],
    ['a@b [', '<a@b[>'],
  ]
  for (const [text, expected] of table) assert.equal(read(text), expected, text)
})

test('SM-25 no address comes out of an encoded word, and groups do not nest', () => {
  assert.equal(read('=?utf-8?q?x=40evil=2C_y=40evil?= <a@corp>'), '[=?utf-8?q?x=40evil=2C_y=40evil?=]<a@corp>')
  assert.equal(read('=?utf-8?q?x=40evil?='), '<=?utf-8?q?x=40evil?=@>')
  assert.equal(read('undisclosed:;'), 'undisclosed: ;')
  const begin = cpuTime()
  const entries = parseAddressList('a:'.repeat(100_000), limits)
  assert.ok(cpuTime() - begin < 250, `${cpuTime() - begin} ms`)
  assert.ok(entries.length <= limits.addresses + 2)
})

test('MI-05 long and crooked lists end at the limit, in time', () => {
  const bombs = [
    'a@b,'.repeat(1_000_000),
    '('.repeat(100_000),
    '(()'.repeat(300_000),
    ','.repeat(1_000_000),
    '<'.repeat(1_000_000),
    '<@a:'.repeat(250_000),
    '<@'.repeat(500_000),
    '<@a,'.repeat(250_000),
    '@'.repeat(1_000_000),
    '"'.repeat(1_000_000),
    '\\'.repeat(1_000_000),
    '['.repeat(1_000_000),
    'a '.repeat(500_000),
    'a.'.repeat(500_000),
  ]
  for (const bomb of bombs) {
    const begin = cpuTime()
    const entries = parseAddressList(bomb, limits)
    assert.ok(cpuTime() - begin < 500, `${bomb.slice(0, 4)} ${cpuTime() - begin} ms`)
    assert.ok(entries.length <= limits.addresses + 2)
  }
})
