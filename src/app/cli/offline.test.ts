import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openOffline } from '../wire-admin.ts'
import { tell } from './running-office.contract.ts'

const directory = mkdtempSync(join(tmpdir(), 'hauspost-offline-'))
after(() => rmSync(directory, { recursive: true }))
const engine = join(import.meta.dirname, '../../adapters/embedded/index.ts')
const skip = existsSync(engine) ? false : 'no embedded engine'

const run = (words: string, line = '') => tell(words.split(' '), { HAUSPOST_DATA: join(directory, 'new') }, line)

test('a stopped server is administered in its directory, which is made for the first act', { skip }, async () => {
  assert.equal((await run('udm users/user list')).code, 3)
  const first = await run('ucr set mail/alias/postmaster=u1')
  assert.equal(first.code, 0)
  assert.match(first.complaints, /^W: .*new is made: a new data directory$/m)
  assert.match(first.complaints, /^W: mail\/alias\/postmaster: mail to postmaster is refused as long as nobody/m)
  for (const [words, out] of [
    ['udm mail/domain create --set name=x.test', 'Object created: cn=x.test,cn=domain,cn=mail\n'],
    ['ucr set password/quality/length/min=6', 'Create password/quality/length/min\n'],
    [
      'udm users/user create --set username=u1 --set password=secret --set mailPrimaryAddress=u1@x.test',
      'Object created: uid=u1,cn=users\n',
    ],
    ['udm users/user modify --dn u1 --append mailAlternativeAddress=info@x.test', 'Object modified: uid=u1,cn=users\n'],
    [
      'udm users/user list',
      'DN: uid=u1,cn=users\n  username: u1\n  mailPrimaryAddress: u1@x.test\n  mailAlternativeAddress: info@x.test\n  disabled: 0\n\n',
    ],
    ['queue list', 'The queue is empty.\n'],
    ['decisions list', 'Nothing was decided about such a letter.\n'],
    ['ucr get password/quality/length/min', '6\n'],
  ] as const) {
    const told = await run(words)
    assert.deepEqual([told.code, told.out.trimEnd()], [0, out.trimEnd()], `${words}: ${told.complaints}`)
  }
  assert.equal((await run('ucr set mail/alias/postmaster=info mail/alias/abuse=who@else.test')).complaints, '')
  assert.match(
    (await run('udm users/user list --properties colour')).complaints,
    /no property 'colour' to list: username/,
  )
  assert.match(
    (await run('ucr set mail/cyrus/ssl/key=/nowhere/key.pem')).complaints,
    /^W: mail\/cyrus\/ssl\/key: there is no file \/nowhere\/key.pem$/m,
  )
  assert.equal((await run('udm mail/domain remove --dn x.test')).code, 4)
  const taken = await run(
    'udm users/user create --set username=u2 --set password=secret --set mailPrimaryAddress=u1@x.test',
  )
  assert.equal(taken.code, 4)
  assert.match(taken.complaints, /already used: u1@x.test \(u1\)/)
  assert.equal((await run('udm users/user remove --dn u1')).code, 0)
  assert.equal((await run('udm mail/domain remove --dn x.test')).code, 0)
})

test('what many change of one user at a time is all there', { skip }, async () => {
  const data = { HAUSPOST_DATA: join(directory, 'new') }
  await tell(['udm', 'mail/domain', 'create', '--set', 'name=y.test'], data)
  await tell(
    ['udm', 'users/user', 'create', '--set', 'username=u3', '--set', 'password=secret', '--set', 'displayName=U'],
    data,
  )
  const opened = await openOffline(data.HAUSPOST_DATA, false)
  assert.ok(opened.ok)
  const addresses = ['a1@y.test', 'a2@y.test', 'a3@y.test']
  const append = (address: string) =>
    opened.value.ask('user.modify', {
      username: 'u3',
      set: {},
      append: { mailAlternativeAddress: [address] },
      remove: {},
    })
  for (const answer of await Promise.all(addresses.map(append))) assert.ok(answer.ok)
  const properties = async (): Promise<Record<string, unknown>> => {
    const listed = await opened.value.ask('user.list', { filter: 'username=u3' })
    assert.ok(listed.ok)
    return (listed.value as { properties: Record<string, unknown> }[])[0]?.properties ?? {}
  }
  assert.deepEqual((await properties()).mailAlternativeAddress, addresses)
  const change = (part: object) =>
    opened.value.ask('user.modify', { username: 'u3', set: {}, append: {}, remove: {}, ...part })
  assert.ok((await change({ remove: { mailAlternativeAddress: ['A1@Y.TEST'] } })).ok)
  assert.ok((await change({ set: { displayName: [''] } })).ok)
  const after = await properties()
  assert.deepEqual([after.mailAlternativeAddress, after.displayName], [addresses.slice(1), undefined])
  // Who has no mail comes back all the same.
  assert.ok((await opened.value.ask('user.remove', { username: 'u3' })).ok)
  const back = await opened.value.ask('undelete.user', { username: 'u3' })
  assert.ok(back.ok, JSON.stringify(back))
  // The Kelvin sign is no k: whoever writes it means nobody.
  const kelvin = await opened.value.ask('user.remove', { username: 'u3'.replace('u', '\u212a') })
  assert.ok(!kelvin.ok && kelvin.failure.kind === 'not-found')
  await opened.value.close()
})
