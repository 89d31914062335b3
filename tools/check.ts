/** `npm run check`: everything that can be judged without running the server. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { judgeLayers } from './layers.ts'
import { judgeNames } from './names.ts'
import { writeReference } from './reference.ts'
import { judgeDoors, judgeSizes } from './sizes.ts'
import { readSourceFiles } from './source-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a program of node_modules; what it printed is the breach when it fails. */
function runTool(name: string, words: readonly string[]): Promise<string[]> {
  return new Promise(resolve => {
    const child = spawn(join(root, 'node_modules/.bin', name), words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Uint8Array[] = []
    child.stdout.on('data', (bytes: Uint8Array) => said.push(bytes))
    child.stderr.on('data', (bytes: Uint8Array) => said.push(bytes))
    child.on('error', problem => resolve([`${name}: ${problem.message}`]))
    child.on('close', code => resolve(code === 0 ? [] : [Buffer.concat(said).toString().trimEnd()]))
  })
}

const files = readSourceFiles(root)
const sizes = judgeSizes(files)
const started = performance.now()

const checks: Readonly<Record<string, Promise<string[]>>> = {
  types: runTool('tsc', ['-p', 'tsconfig.json', '--pretty', 'false']),
  purity: runTool('tsc', ['-p', 'tsconfig.pure.json', '--pretty', 'false']),
  'lint and format': runTool('biome', [
    'check',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    '--colors=off',
    '--max-diagnostics=50',
  ]),
  layers: Promise.resolve(judgeLayers(files)),
  doors: Promise.resolve(judgeDoors(files)),
  names: Promise.resolve(judgeNames(files)),
  sizes: Promise.resolve(sizes.breaches),
  'generated pages': writeReference(root, files, process.env.CI === 'true'),
}

let failed = 0
for (const [name, running] of Object.entries(checks)) {
  const breaches = await running
  if (breaches.length > 0) failed++
  console.log(breaches.length === 0 ? `ok      ${name}` : `FAILED  ${name}`)
  for (const breach of breaches) console.log(breach.replace(/^/gm, '        '))
}
if (sizes.large.length > 0) console.log(`large files (a file aims at 150 lines): ${sizes.large.join(', ')}`)
console.log(
  `${failed === 0 ? 'check passed' : `check failed in ${failed} of ${Object.keys(checks).length}`}, ${files.length} files, ${((performance.now() - started) / 1000).toFixed(1)} s`,
)
process.exitCode = failed === 0 ? 0 : 1
