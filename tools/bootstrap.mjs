// What `npm start` and its sisters run: installs what is missing, then hands over to the pinned Node.
// Plain JavaScript, because whatever Node (>= 20) a fresh machine has must be able to read it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installIfNeeded, systemPath } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const oldestNode = [24, 11]

/** Does this program run here, and is it new enough for TypeScript without a build? */
function isFit(node) {
  const asked = spawnSync(node, ['--version'], { encoding: 'utf8' })
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(asked.stdout ?? '') ?? []
  return Number(major) > oldestNode[0] || (Number(major) === oldestNode[0] && Number(minor) >= oldestNode[1])
}

function findNode() {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  const system = systemPath()
    .split(delimiter)
    .map(folder => join(folder, 'node'))
  const fit = [pinned, process.execPath, ...system].find(node => existsSync(node) && isFit(node))
  if (fit) return fit
  console.error(
    `hauspost: no pinned Node for ${process.platform}-${process.arch} and no Node >= ${oldestNode.join('.')} on the path.\n` +
      'Install one from https://nodejs.org and run the same command again.',
  )
  process.exit(1)
}

/** Runs to the end with our terminal; what ends us ends the child, and its exit code is ours. */
function run(command, words, after = () => {}) {
  const path = [dirname(command.node), process.env.PATH ?? ''].join(delimiter)
  const child = spawn(command.program, words, { stdio: 'inherit', cwd: root, env: { ...process.env, PATH: path } })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'])
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: the child has it already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  child.on('error', problem => {
    console.error(`hauspost: ${command.program}: ${problem.message}`)
    after()
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    after()
    process.exit(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }[signal] ?? 0))
  })
}

const [what = '', ...rest] = process.argv.slice(2)
await installIfNeeded(root)
const node = findNode()
const script = { check: 'tools/check.ts', test: 'tools/test.ts', bench: 'bench/main.ts' }[what]
const server = { node, program: join(root, 'bin', 'hauspost') }
const serve = folder => ['serve', '--demo', '--data', folder, '--port-offset', '10000', ...rest]

if (script) run({ node, program: node }, [script, ...rest])
else if (what === 'start') run(server, serve('.hauspost'))
else if (what === 'dev') {
  const folder = mkdtempSync(join(tmpdir(), 'hauspost-dev-'))
  run(server, serve(folder), () => rmSync(folder, { recursive: true, force: true }))
} else {
  console.error('usage: node tools/bootstrap.mjs start|dev|test|check|bench [arguments]')
  process.exit(64)
}
