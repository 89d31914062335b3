import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeSmallOffice } from '../../mail/admin/small-office.contract.ts'
import { openRunningOffice } from './running-office.contract.ts'

const small = makeSmallOffice()
let office: Awaited<ReturnType<typeof openRunningOffice>>
before(async () => {
  office = await openRunningOffice(small.needs)
})
after(() => office.close())

const run = (...words: readonly string[]) => office.tell(words)
const udm = (words: string) => office.tell(['udm', ...words.split(' ')])

test('a domain and a user, from nothing to nothing, as the manual writes it', async () => {
  const table: readonly (readonly [string, number, string, RegExp])[] = [
    [
      'users/user create --set username=u1 --set password=secretsecret --set mailPrimaryAddress=u1@x.test',
      2,
      '',
      /^E: .*not in the list of configured mail domains; create it first: udm mail\/domain create --set name=x.test\n$/,
    ],
    [
      'mail/domain create --position cn=domain,cn=mail,dc=x --set name=X.test',
      0,
      'Object created: cn=x.test,cn=domain,cn=mail\n',
      /^$/,
    ],
    ['mail/domain create --set name=x.test', 4, '', /^E: Object exists: cn=x.test,cn=domain,cn=mail\n$/],
    ['mail/domain create --set name=x.test --ignore_exists', 0, 'Object exists: cn=x.test,cn=domain,cn=mail\n', /^$/],
    [
      'mail/domain create --set name=y.test --set description=d',
      2,
      '',
      /^E: mail\/domain has no property 'description'; it has name\n$/,
    ],
    ['mail/domain create', 2, '', /name is required/],
    ['mail/domain list', 0, 'DN: cn=x.test,cn=domain,cn=mail\n  name: x.test\n', /^$/],
    [
      'users/user create --set username=U1 --set password=secretsecret --set mailPrimaryAddress=u1@x.test --append mailAlternativeAddress=a@x.test',
      0,
      'Object created: uid=u1,cn=users\n',
      /^$/,
    ],
    [
      'users/user create --set username=u1 --set password=secretsecret --ignore_exists',
      0,
      'Object exists: uid=u1,cn=users\n',
      /^$/,
    ],
    [
      'users/user modify --dn uid=u1,cn=users,dc=x --append mailAlternativeAddress=b@x.test --remove mailAlternativeAddress=a@x.test --set displayName=U',
      0,
      'Object modified: uid=u1,cn=users\n',
      /^$/,
    ],
    [
      'users/user modify --dn u1 --append mailAlternativeAddress=b@x.test',
      0,
      'Object modified: uid=u1,cn=users\n',
      /^WARNING: cannot append b@x.test to mailAlternativeAddress, value exists\n$/,
    ],
    [
      'users/user list --filter uid=u*',
      0,
      'DN: uid=u1,cn=users\n  username: u1\n  displayName: U\n  mailPrimaryAddress: u1@x.test\n  mailAlternativeAddress: b@x.test\n  disabled: 0\n',
      /^$/,
    ],
    [
      'users/user list --properties mailPrimaryAddress',
      0,
      'DN: uid=u1,cn=users\n  mailPrimaryAddress: u1@x.test\n',
      /^$/,
    ],
    ['users/user list --filter uid=v*', 0, '', /^$/],
    [
      'users/user modify --dn u1 --set lastname=',
      2,
      '',
      /^E: of firstname and lastname only the displayName is kept: give both, or .*displayName=NAME\n$/,
    ],
    ['users/user modify --dn u1 --set constructor=x', 2, '', /^E: users\/user has no property 'constructor'; it has/],
    ['users/user create --set __proto__=x --set username=u2', 2, '', /no property '__proto__'/],
    ['mail/domain create --set name=y.test --append __proto__=x', 2, '', /no property '__proto__'/],
    [
      'users/user remove --dn cn=u1,cn=x',
      2,
      '',
      /^E: --dn: 'cn=u1,cn=x' is nothing of this module; its objects are uid=NAME,cn=users\n$/,
    ],
    ['users/user modify --dn mail=u1 --set disabled=1', 2, '', /nothing of this module/],
    ['mail/domain remove --dn uid=x.test,cn=users', 2, '', /its objects are cn=NAME,cn=domain,cn=mail\n$/],
    ['users/user modify --dn UID=u1,ou=staff,dc=x --set disabled=0', 0, 'Object modified: uid=u1,cn=users\n', /^$/],
    ['mail/domain remove --dn cn=x.test,cn=domain,cn=mail', 4, '', /still used/],
    ['users/user remove --filter mailPrimaryAddress=nobody@x.test', 3, '', /No object matches/],
    ['users/user remove --filter mailPrimaryAddress=u1@x.test', 0, 'Object removed: uid=u1,cn=users\n', /^$/],
    ['users/user remove --dn uid=u1,cn=users', 3, '', /^E: No such object: uid=u1,cn=users\n$/],
    ['users/user remove --dn uid=u1,cn=users --ignore_not_exists', 0, 'No such object: uid=u1,cn=users\n', /^$/],
    ['mail/domain remove --filter name=x.test', 0, 'Object removed: cn=x.test,cn=domain,cn=mail\n', /^$/],
    ['mail/lists list', 2, '', /there is no module 'mail\/lists': mail\/domain, users\/user/],
    ['users/user frob', 2, '', /list, create, modify or remove/],
    ['modules', 0, 'mail/domain\nusers/user\n', /^$/],
  ]
  for (const [words, code, out, complaints] of table) {
    const told = await udm(words)
    assert.match(told.complaints, complaints, words)
    assert.deepEqual([told.code, told.out.trimEnd()], [code, out.trimEnd()], words)
  }
})

test('a password comes from standard input, and is never repeated', async () => {
  const made = await office.tell(
    ['udm', 'users/user', 'create', '--set', 'username=stdin', '--password-stdin'],
    'canary-password',
  )
  assert.equal(made.code, 0, made.complaints)
  assert.equal(small.users.get('stdin')?.passwordHash, `hash of ${'canary-password'.length}`)
  for (const words of [
    ['create', '--set', 'password canary', '--set', 'username=a'],
    ['create', '--set', 'username=a', '--set', 'password=canary'],
    ['modify', '--dn', 'stdin', '--set', 'passwort=canary'],
    ['modify', '--dn', 'stdin', '--append', 'password=canary'],
  ]) {
    const told = await run('udm', 'users/user', ...words)
    assert.equal(told.code, 2, words.join(' '))
    assert.doesNotMatch(told.complaints + told.out, /canary/)
  }
  assert.doesNotMatch(small.logged.join(), /canary/)
})

test('JSON is JSON, of results and of failures', async () => {
  await udm('mail/domain create --set name=json.test')
  assert.deepEqual(JSON.parse((await udm('mail/domain list --json')).out), [
    { dn: 'cn=json.test,cn=domain,cn=mail', properties: { name: 'json.test' } },
  ])
  assert.equal(
    JSON.parse((await udm('mail/domain create --set name=json.test --json')).complaints).error.kind,
    'conflict',
  )
})

test('the queue and the decisions are told without what a terminal would obey', async () => {
  assert.equal((await run('queue', 'list')).out, 'The queue is empty.\n')
  small.putLetter(82, 'ben\x1b[2J@elsewhere.test', 'anna@example.test')
  const listed = await run('queue', 'list')
  assert.equal(
    listed.out,
    '00002A  2026-01-01T00:00:00.000Z  1234 bytes  from <ben?[2J@elsewhere.test>\n        <anna@example.test> waiting\n',
  )
  assert.deepEqual(await run('queue', 'show', '00002A'), listed)
  const decisions = await run('decisions', 'list', '--for', 'ANNA@')
  assert.match(decisions.out, /^2026-01-01T00:00:00\.000Z {2}00002A {2}mx from 192\.0\.2\.1 \(client\?\[31m\)\n/)
  assert.match(decisions.out, /size: 250\n {8}outcome: 250 accepted\n$/)
  assert.equal((await run('decisions', 'list', '--for', 'cleo')).out, 'Nothing was decided about such a letter.\n')
  assert.equal((await run('queue', 'remove', '00002A')).out, 'Removed: 00002A\n')
  assert.equal((await run('queue', 'remove', '00002A')).code, 3)
  for (const words of [
    ['queue'],
    ['queue', 'show'],
    ['queue', 'list', 'x'],
    ['decisions'],
    ['decisions', 'list', '--limit', 'x'],
  ])
    assert.equal((await run(...words)).code, 2, words.join(' '))
})
