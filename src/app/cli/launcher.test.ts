import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'

const bin = resolve(import.meta.dirname, '../../../bin')
const directory = mkdtempSync(join(tmpdir(), 'hauspost-launcher-'))
after(() => rmSync(directory, { recursive: true }))

function run(program: string, words: readonly string[], options: { path?: string; cwd?: string } = {}) {
  const ended = spawnSync(program, words, {
    encoding: 'utf8',
    cwd: options.cwd ?? directory,
    env: { ...process.env, ...(options.path === undefined ? {} : { PATH: options.path }) },
  })
  return { code: ended.status, out: ended.stdout, complaints: ended.stderr }
}

test('each command starts through links upon links, from any folder', () => {
  mkdirSync(join(directory, 'usr bin'))
  symlinkSync(join(bin, 'hauspost'), join(directory, 'first'))
  symlinkSync('../first', join(directory, 'usr bin', 'hauspost'))
  for (const program of [join(bin, 'hauspost'), join(directory, 'usr bin', 'hauspost')])
    assert.match(run(program, ['version']).out, /^hauspost /, program)
  assert.match(run('./hauspost', ['version'], { cwd: bin }).out, /^hauspost /)
  symlinkSync(join(bin, 'ucr'), join(directory, 'ucr'))
  symlinkSync(join(bin, 'udm'), join(directory, 'udm'))
  assert.match(run(join(directory, 'ucr'), ['--help']).out, /^usage: ucr get/)
  assert.match(run(join(directory, 'udm'), ['modules']).out, /^mail\/domain\n/)
  assert.match(run('ucr', ['--help'], { path: `${directory}:${process.env.PATH}` }).out, /^usage: ucr get/)
})

test('words go through as they are, and so does the exit code', () => {
  const told = run(join(bin, 'ucr'), ['get', 'a b*\n$x', '--data', directory])
  assert.equal(told.code, 3)
  assert.match(told.complaints, /no variable 'a b\*\n\$x'/)
})

/** A project without the pinned Node, and a folder of programs with the `node` given. */
function makeBareProject(name: string, node?: string) {
  const root = join(directory, name)
  mkdirSync(join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'src/app'), { recursive: true })
  mkdirSync(join(root, 'path'))
  copyFileSync(join(bin, 'hauspost'), join(root, 'bin/hauspost'))
  for (const tool of ['readlink', 'uname', 'sh']) {
    const found = ['/bin', '/usr/bin']
      .map(folder => join(folder, tool))
      .find(path => spawnSync('test', ['-x', path]).status === 0)
    if (found) symlinkSync(found, join(root, 'path', tool))
  }
  if (node !== undefined) {
    writeFileSync(
      join(root, 'path/node'),
      `#!/bin/sh\nif [ "$1" = --version ]; then echo ${node}; else echo "ran $*"; fi\n`,
    )
    chmodSync(join(root, 'path/node'), 0o755)
  }
  return { launcher: join(root, 'bin/hauspost'), path: join(root, 'path'), root }
}

test('without the pinned Node a new enough one from the path serves; otherwise one line says what to do', () => {
  const fit = ['v24.11.0', 'v26.0.1', 'v100.0.0']
  const unfit = [undefined, 'v24.10.9', 'v20.19.0', 'nonsense', '']
  for (const [i, version] of [...fit, ...unfit].entries()) {
    const { launcher, path, root } = makeBareProject(`bare${i}`, version)
    const told = run(launcher, ['a', 'b c'], { path })
    if (fit.includes(version ?? '')) assert.equal(told.out, `ran ${root}/src/app/main.mjs a b c\n`, String(version))
    else {
      assert.equal(told.code, 1, String(version))
      assert.match(
        told.complaints,
        /^hauspost: no Node >= 24\.11 found: run 'npm ci' in .*bare\d, or install one from .*\n$/,
      )
    }
  }
})
