import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'

const door = new URL('./install.mjs', import.meta.url).href
const lockFile = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1', optional: true } },
}
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hauspost-install-'))
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lockFile))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A stand-in for `npm ci`: slow, and whole only at its end, as npm is. It counts its runs. */
const install = `async root => {
  const fs = await import('node:fs')
  fs.appendFileSync(root + '/runs', 'x')
  fs.mkdirSync(root + '/node_modules/a', { recursive: true })
  await new Promise(resolve => setTimeout(resolve, Number(process.argv[1])))
  fs.writeFileSync(root + '/node_modules/a/package.json', '{}')
  fs.writeFileSync(root + '/node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}')
}`
const program = (dir: string) =>
  `import { installIfNeeded, isInstalled } from '${door}'
   await installIfNeeded('${dir}', ${install}); process.exit(isInstalled('${dir}') ? 0 : 9)`
const start = (milliseconds: number) =>
  spawn(process.execPath, ['--input-type=module', '-e', program(root), String(milliseconds)], { stdio: 'ignore' })
const runs = () => (existsSync(join(root, 'runs')) ? readFileSync(join(root, 'runs'), 'utf8').length : 0)

test('install: two at the same time install once, and a third finds nothing to do', async () => {
  const both = [start(400), start(400)].map(child => once(child, 'exit'))
  for (const [code] of await Promise.all(both)) assert.equal(code, 0)
  assert.equal(runs(), 1)
  assert.deepEqual(await once(start(0), 'exit'), [0, null])
  assert.equal(runs(), 1)
})

test('install: one that was killed heals at the next start, even when it looks whole', async () => {
  const child = start(60_000)
  while (runs() === 0) await new Promise(resolve => setTimeout(resolve, 20))
  child.kill('SIGKILL')
  await once(child, 'exit')
  writeFileSync(join(root, 'node_modules/a/package.json'), '{}')
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":{"node_modules/a":{"version":"1.0.0"}}}')
  assert.deepEqual(await once(start(0), 'exit'), [0, null])
  assert.equal(runs(), 2)
  assert.equal(existsSync(join(root, '.install-lock')), false)
})

test('install: of two that find a lock of the dead, the slower does not take the lock of the faster away', async () => {
  mkdirSync(join(root, '.install-lock'))
  writeFileSync(join(root, '.install-lock/owner'), '999999999 1')
  // Has looked, and comes to act when the other has long begun.
  const late = `import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const rename = fs.renameSync
    fs.renameSync = (from, to) => {
      while (!fs.existsSync('${root}/runs')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      rename(from, to)
    }
    syncBuiltinESMExports()
    fs.writeFileSync('${root}/looking', '')
    `
  const words = ['--input-type=module', '-e', late + program(root), '0']
  const slower = spawn(process.execPath, words, { stdio: 'ignore' })
  while (!existsSync(join(root, 'looking'))) await new Promise(resolve => setTimeout(resolve, 20))
  const faster = start(600)
  const both = [once(faster, 'exit'), once(slower, 'exit')]
  for (const ended of both) assert.deepEqual(await ended, [0, null])
  assert.equal(runs(), 1)
  assert.equal(existsSync(join(root, '.install-lock')), false)
})

test('install: an older version, a lost package and a missing end are seen', async () => {
  const isInstalled = () =>
    spawnSync(process.execPath, [
      '--input-type=module',
      '-e',
      `import { isInstalled } from '${door}'; process.exit(isInstalled('${root}') ? 0 : 1)`,
    ]).status === 0
  const present = (version: string) => {
    mkdirSync(join(root, 'node_modules/a'), { recursive: true })
    writeFileSync(join(root, 'node_modules/a/package.json'), '{}')
    writeFileSync(
      join(root, 'node_modules/.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version } } }),
    )
  }
  assert.equal(isInstalled(), false)
  present('0.9.0')
  assert.equal(isInstalled(), false)
  present('1.0.0')
  assert.equal(isInstalled(), true)
  rmSync(join(root, 'node_modules/a'), { recursive: true })
  assert.equal(isInstalled(), false)
})
