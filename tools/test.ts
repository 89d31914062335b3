/**
 * `npm test [-- part-of-a-path...] [--no-check]`: the checks, then every test file under Node's own runner.
 * The runner's summary is the last thing printed; the exit code tells of both.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readSourceFiles } from './source-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
const wanted = words.filter(word => !word.startsWith('--'))
const withCheck = wanted.length === 0 && !words.includes('--no-check')

const tests = readSourceFiles(root)
  .map(file => file.path)
  .filter(path => path.endsWith('.test.ts') && (wanted.length === 0 || wanted.some(part => path.includes(part))))
  // The long ones first, so that they run beside the many short ones.
  .sort(
    (a, b) => Number(/^test\/(crash|power)\//.test(b)) - Number(/^test\/(crash|power)\//.test(a)) || a.localeCompare(b),
  )

if (tests.length === 0) {
  console.error(`no test file matches ${wanted.join(' ') || '*.test.ts'}`)
  process.exit(1)
}

const run = (given: readonly string[]): number =>
  spawnSync(process.execPath, given, { cwd: root, stdio: 'inherit' }).status ?? 1

const checked = withCheck ? run(['tools/check.ts']) : 0
if (checked !== 0) console.error('the checks failed; the tests run all the same\n')
const tested = run([
  '--test',
  '--test-concurrency=2',
  '--test-timeout=600000',
  '--test-reporter=./tools/test-reporter.ts',
  '--test-reporter-destination=stdout',
  ...tests,
])
process.exitCode = checked || tested
