import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directory } from './directory.ts'
import type { NewUser, User } from './user.ts'

export interface DirectoryUnderTest {
  readonly directory: Directory
  /** Ends the program in good order and starts it again on the same disk. */
  readonly reopen: () => Promise<DirectoryUnderTest>
}

const newUser = (username: string, primaryAddress?: string, ...alternativeAddresses: string[]): NewUser => ({
  username,
  ...(primaryAddress === undefined ? {} : { primaryAddress }),
  alternativeAddresses,
  disabled: false,
  passwordHash: `hash of ${username}`,
})

/** What every directory holds to. `open` gives one that is empty; the caller closes it after its tests. */
export function directoryContract(open: () => Promise<DirectoryUnderTest>): void {
  const withDomain = async (): Promise<DirectoryUnderTest> => {
    const place = await open()
    assert.ok((await place.directory.createDomain({ name: 'x.example' })).ok)
    return place
  }
  const create = async (directory: Directory, user: NewUser): Promise<User> => {
    const created = await directory.createUser(user)
    assert.ok(created.ok, JSON.stringify(created))
    return created.value
  }
  const failure = async (act: Promise<{ readonly ok: boolean; readonly failure?: string }>): Promise<string> =>
    (await act).failure ?? 'no failure'

  test('AU-13 what looks like a query is a name that nobody has', async () => {
    const { directory } = await withDomain()
    await create(directory, newUser('anna', 'anna@x.example'))
    for (const hostile of ["' OR 1=1--", "anna' --", '%', 'ann_', '*', "';DROP TABLE user;--", 'anna\0', '"', '?1']) {
      assert.equal(await directory.findUser(hostile), undefined, hostile)
      assert.equal(await directory.findCredential(hostile), undefined, hostile)
      assert.deepEqual(await directory.findUsersByAddress(`${hostile}@x.example`), [], hostile)
      assert.equal(await failure(directory.removeUser(hostile)), 'no-such-user', hostile)
      assert.equal(await failure(directory.modifyUser(hostile, { disabled: true })), 'no-such-user', hostile)
      assert.equal(await failure(directory.removeDomain(hostile)), 'no-such-domain', hostile)
    }
    assert.deepEqual(
      (await directory.listUsers()).map(each => [each.username, each.disabled]),
      [['anna', false]],
    )
  })

  test('P9 a user who was removed comes back as before, unless somebody has the name or an address now', async () => {
    let place = await withDomain()
    const made = await create(place.directory, {
      ...newUser('anna', 'anna@x.example', 'a@x.example'),
      displayName: 'Anna',
      quota: { megabytes: 5 },
    })
    assert.deepEqual(await place.directory.listRemoved(), [])
    assert.ok((await place.directory.removeUser('anna')).ok)
    place = await place.reopen()
    const { directory } = place
    const [removed] = await directory.listRemoved()
    assert.deepEqual(removed?.user, made)
    assert.ok(Math.abs((removed?.removed ?? 0) - Date.now()) < 60_000)
    const other = await create(directory, newUser('other', 'anna@x.example'))
    assert.notEqual(other.account, made.account)
    assert.equal(await failure(directory.restoreUser(made.account)), 'address-in-use')
    assert.ok((await directory.modifyUser('other', { primaryAddress: null })).ok)
    await create(directory, newUser('anna'))
    assert.equal(await failure(directory.restoreUser(made.account)), 'user-exists')
    assert.ok((await directory.removeUser('anna')).ok)
    const back = await directory.restoreUser(made.account)
    assert.ok(back.ok)
    assert.deepEqual(back.value, { ...made, credentialVersion: made.credentialVersion + 1 })
    assert.equal((await directory.findCredential('anna@x.example'))?.passwordHash, 'hash of anna')
    assert.equal(await failure(directory.restoreUser(made.account)), 'no-such-user')
    const [namesake, ...none] = await directory.listRemoved()
    assert.deepEqual([namesake?.user.username, none], ['anna', []])
    assert.ok((await directory.forgetRemoved(namesake?.user.account as never)).ok)
    assert.deepEqual(await directory.listRemoved(), [])
  })

  test('a domain is there once, until nobody uses it', async () => {
    const { directory } = await withDomain()
    assert.equal(await failure(directory.createDomain({ name: 'X.example' })), 'domain-exists')
    assert.deepEqual(await directory.findDomain('x.EXAMPLE'), { name: 'x.example' })
    await create(directory, newUser('anna', undefined, 'a@x.example'))
    assert.equal(await failure(directory.removeDomain('x.example')), 'domain-in-use')
    await directory.removeUser('anna')
    assert.ok((await directory.removeDomain('x.example')).ok)
    assert.equal(await failure(directory.removeDomain('x.example')), 'no-such-domain')
    assert.deepEqual(await directory.listDomains(), [])
  })

  test('a domain is not in use by what only ends like it', async () => {
    const { directory } = await withDomain()
    await directory.createDomain({ name: 'sub.x.example' })
    await directory.createDomain({ name: 'example' })
    await create(directory, newUser('anna', 'a@sub.x.example'))
    assert.ok((await directory.removeDomain('x.example')).ok)
    assert.ok((await directory.removeDomain('example')).ok)
    assert.equal(await failure(directory.removeDomain('sub.x.example')), 'domain-in-use')
  })

  test('a user is found by name and by any address, whatever the case', async () => {
    const { directory } = await withDomain()
    const anna = await create(directory, newUser('Anna', 'Anna@x.example', 'A.Nna@X.example'))
    assert.deepEqual(anna.primaryAddress, 'anna@x.example')
    for (const login of ['anna', 'ANNA', 'anna@x.example', 'Anna@x.EXAMPLE']) {
      assert.deepEqual((await directory.findCredential(login))?.user, anna)
      assert.equal((await directory.findCredential(login))?.passwordHash, 'hash of Anna')
    }
    assert.deepEqual(await directory.findUser('anna'), anna)
    assert.equal(await directory.findUser('anna@x.example'), undefined)
    assert.equal(await directory.findCredential('a.nna@x.example'), undefined)
    assert.deepEqual(await directory.findUsersByAddress('A.NNA@x.example'), [anna])
    assert.deepEqual(await directory.findUsersByAddress('anna'), [])
    assert.deepEqual(await directory.listUsers(), [anna])
  })

  test('an alternative address may be of many, and all are found, the primary one first', async () => {
    const place = await withDomain()
    const names = async ({ directory }: DirectoryUnderTest, address: string): Promise<string> =>
      (await directory.findUsersByAddress(address)).map(user => user.username).join(' ')
    await create(place.directory, newUser('anna', 'a@x.example', 'all@x.example', 'c@x.example'))
    await create(place.directory, newUser('bert', 'b@x.example', 'all@x.example', 'a@x.example'))
    await create(place.directory, newUser('carl', 'c@x.example', 'all@x.example'))
    for (const each of [place, await place.reopen()]) {
      assert.equal(await names(each, 'all@x.example'), 'anna bert carl')
      assert.equal(await names(each, 'a@x.example'), 'anna bert')
      assert.equal(await names(each, 'c@x.example'), 'carl anna')
      assert.equal((await each.directory.findCredential('c@x.example'))?.user.username, 'carl')
      assert.equal(await each.directory.findCredential('all@x.example'), undefined)
    }
    const { directory } = await place.reopen()
    assert.ok((await directory.modifyUser('bert', { alternativeAddresses: ['b.b@x.example'] })).ok)
    assert.ok((await directory.removeUser('anna')).ok)
    assert.equal(await names({ directory } as DirectoryUnderTest, 'all@x.example'), 'carl')
    assert.equal(await names({ directory } as DirectoryUnderTest, 'a@x.example'), '')
    assert.equal(await failure(directory.removeDomain('x.example')), 'domain-in-use')
  })

  test('a primary address belongs to one user, and no user has an address twice', async () => {
    const { directory } = await withDomain()
    await create(directory, newUser('anna', 'a@x.example', 'b@x.example'))
    for (const user of [
      newUser('bert', 'a@x.example'),
      newUser('bert', 'A@X.example', 'b@x.example'),
      newUser('bert', 'c@x.example', 'c@x.example'),
      newUser('bert', 'c@x.example', 'd@x.example', 'D@x.example'),
    ])
      assert.equal(await failure(directory.createUser(user)), 'address-in-use')
    assert.equal(await failure(directory.createUser(newUser('ANNA'))), 'user-exists')
    assert.equal(await failure(directory.createUser(newUser('bert', 'b@other.example'))), 'no-such-domain')
    await create(directory, newUser('bert', 'c@x.example'))
    assert.equal(await failure(directory.modifyUser('bert', { primaryAddress: 'a@x.example' })), 'address-in-use')
    assert.deepEqual(
      (await directory.findUsersByAddress('a@x.example')).map(user => user.username),
      ['anna'],
    )
  })

  test('no address is the login of another', async () => {
    const { directory } = await withDomain()
    await create(directory, newUser('a@x.example'))
    assert.equal(await failure(directory.createUser(newUser('bert', 'a@x.example'))), 'address-in-use')
    await create(directory, newUser('carl', 'c@x.example'))
    assert.equal(await failure(directory.createUser(newUser('c@x.example'))), 'address-in-use')
    assert.ok((await directory.modifyUser('a@x.example', { primaryAddress: 'a@x.example' })).ok)
  })

  test('a change changes what it names, and the old addresses are free', async () => {
    const place = await withDomain()
    const { directory } = place
    const anna = await create(directory, newUser('anna', 'a@x.example', 'b@x.example'))
    const changed = await directory.modifyUser('anna', { displayName: 'Anna', primaryAddress: 'c@x.example' })
    assert.deepEqual(changed, {
      ok: true,
      value: { ...anna, displayName: 'Anna', primaryAddress: 'c@x.example' },
    })
    assert.deepEqual(await directory.findUsersByAddress('a@x.example'), [])
    await create(directory, newUser('bert', 'a@x.example'))
    const without = await directory.modifyUser('anna', { primaryAddress: null, alternativeAddresses: [] })
    assert.ok(without.ok)
    assert.equal(without.value.primaryAddress, undefined)
    assert.deepEqual(await directory.findUsersByAddress('b@x.example'), [])
    const after = (await place.reopen()).directory
    assert.deepEqual(await after.findUser('anna'), without.value)
    assert.equal(await failure(after.modifyUser('nobody', {})), 'no-such-user')
  })

  test('the version of a credential rises with password and state, and with nothing else', async () => {
    const { directory } = await withDomain()
    const versions = [(await create(directory, newUser('anna', 'a@x.example'))).credentialVersion]
    for (const change of [{ displayName: 'A' }, { passwordHash: 'new' }, { disabled: true }, { disabled: true }]) {
      const changed = await directory.modifyUser('anna', change)
      assert.ok(changed.ok)
      versions.push(changed.value.credentialVersion)
    }
    assert.deepEqual(
      versions.map(version => version - (versions[0] as number)),
      [0, 0, 1, 2, 2],
    )
    assert.equal((await directory.findCredential('anna'))?.passwordHash, 'new')
  })

  test('an account is never given again', async () => {
    let place = await withDomain()
    const seen = new Set<number>()
    for (let run = 0; run < 3; run++) {
      const { account } = await create(place.directory, newUser('anna', 'a@x.example'))
      assert.ok(!seen.has(account))
      seen.add(account)
      assert.ok((await place.directory.removeUser('anna')).ok)
      assert.deepEqual(await place.directory.findUsersByAddress('a@x.example'), [])
      place = await place.reopen()
    }
    assert.equal(await failure(place.directory.removeUser('anna')), 'no-such-user')
  })

  test('AU-13 whatever a name is made of, it is a name and nothing else', async () => {
    const place = await withDomain()
    const { directory } = place
    const anna = await create(directory, newUser('anna', 'a@x.example', 'b@x.example'))
    const names = ["' or 1=1--", "'; drop table user; --", '%', '_nna', '"', '*)(uid=*', '\\00', '$x', '?1', ':name']
    for (const name of names) {
      assert.equal(await directory.findUser(name), undefined, name)
      assert.equal(await directory.findCredential(name), undefined, name)
      assert.deepEqual(await directory.findUsersByAddress(`${name}@x.example`), [], name)
      assert.equal(await failure(directory.removeUser(name)), 'no-such-user', name)
      assert.equal(await failure(directory.modifyUser(name, { passwordHash: 'mine' })), 'no-such-user', name)
      assert.equal(await failure(directory.removeDomain(name)), 'no-such-domain', name)
    }
    for (const name of names) {
      assert.ok((await directory.createDomain({ name: `${name}.example` })).ok, name)
      const made = await create(directory, newUser(name, `${name}@x.example`))
      assert.deepEqual(await directory.findUser(name), made)
    }
    const again = await place.reopen()
    assert.deepEqual(await again.directory.findUser('anna'), anna)
    for (const name of names) {
      assert.equal((await again.directory.findCredential(name))?.passwordHash, `hash of ${name}`)
      assert.ok((await again.directory.removeDomain(`${name}.example`)).ok, name)
      assert.ok((await again.directory.removeUser(name)).ok, name)
    }
    assert.deepEqual(await again.directory.listUsers(), [anna])
    assert.deepEqual(await again.directory.listDomains(), [{ name: 'x.example' }])
  })

  test('what is being written is not seen before it is on disk', async () => {
    const { directory } = await withDomain()
    const domain = directory.createDomain({ name: 'y.example' })
    const user = directory.createUser(newUser('anna', 'a@x.example'))
    assert.equal(await directory.findDomain('y.example'), undefined)
    assert.equal(await directory.findUser('anna'), undefined)
    assert.ok((await domain).ok && (await user).ok)
    const gone = [directory.removeUser('anna'), directory.removeDomain('y.example')]
    assert.equal((await directory.findUsersByAddress('a@x.example')).length, 1)
    assert.ok(await directory.findDomain('y.example'))
    for (const each of gone) assert.ok((await each).ok)
    assert.deepEqual(await directory.findUsersByAddress('a@x.example'), [])
  })

  test('of two who want the same address at the same time one gets it', async () => {
    const { directory } = await withDomain()
    const both = await Promise.all([
      directory.createUser(newUser('anna', 'a@x.example')),
      directory.createUser(newUser('bert', 'a@x.example')),
    ])
    assert.deepEqual(
      both.map(one => one.ok),
      [true, false],
    )
  })
}
