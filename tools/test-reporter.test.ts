import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const reporter = fileURLToPath(new URL('./test-reporter.ts', import.meta.url))

function report(code: string, ci: string) {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-reporter-'))
  try {
    writeFileSync(join(folder, 'x.test.mjs'), `import { test } from 'node:test'\n${code}`)
    const words = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', 'x.test.mjs']
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const run = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', env: { ...env, CI: ci } })
    return { lines: run.stdout.trimEnd().split('\n'), code: run.status }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('reporter: the summary of the runner comes last, the skipped with their reasons before it', () => {
  const { lines, code } = report(
    "test('a', () => {}); test('b', { skip: 'x is not installed (Debian package x)' }, () => {})",
    '',
  )
  assert.equal(code, 0)
  assert.match(lines.at(-1) ?? '', /^ℹ duration_ms \d/)
  assert.ok(lines.includes('ℹ pass 1'), lines.join('\n'))
  assert.ok(lines.includes('skipped 1: x is not installed (Debian package x)'))
})

test('reporter: a failure is shown and counted', () => {
  const { lines, code } = report("test('a', () => { throw new Error('planted') })", '')
  assert.equal(code, 1)
  assert.ok(lines.includes('ℹ fail 1'))
  assert.match(lines.join('\n'), /planted/)
  assert.match(lines.at(-1) ?? '', /^ℹ duration_ms/)
})

test('reporter: in CI a missing package is an error, another reason is not', () => {
  assert.equal(report("test('b', { skip: 'x is not installed (Debian package x)' }, () => {})", 'true').code, 1)
  assert.equal(report("test('b', { skip: 'no suites' }, () => {})", 'true').code, 0)
})
