// Brings node_modules to what the lock file says: once, also when two commands start together,
// and again when an earlier install was killed half way.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The path without any node_modules/.bin: an install must not run on the Node that it replaces. */
export const systemPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter(folder => folder && !folder.includes('node_modules'))
    .join(delimiter)

const readJson = file => JSON.parse(readFileSync(file, 'utf8'))

/**
 * Is every package of the lock file there in its version? npm writes its own copy of the lock last,
 * so without that copy an install has not ended.
 */
export function isInstalled(root) {
  try {
    const wanted = readJson(join(root, 'package-lock.json')).packages
    const present = readJson(join(root, 'node_modules', '.package-lock.json')).packages
    return Object.entries(wanted).every(([folder, entry]) => {
      if (folder === '') return true
      if (!present[folder]) return entry.optional === true || entry.devOptional === true
      return (
        present[folder].version === entry.version &&
        present[folder].integrity === entry.integrity &&
        statSync(join(root, folder, 'package.json')).size > 0
      )
    })
  } catch {
    return false
  }
}

/** When a process started, where the kernel tells it: a number that is used again is not the same process. */
function startOf(pid) {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[19] ?? ''
    )
  } catch {
    return ''
  }
}

function isAlive(owner) {
  const [pid, start] = owner.split(' ')
  try {
    process.kill(Number(pid), 0)
  } catch (problem) {
    return problem.code === 'EPERM'
  }
  return startOf(pid) === (start ?? '')
}

/** Who holds the lock; undefined while its maker has not signed it yet, or has just given it back. */
function ownerOf(lock) {
  try {
    return readFileSync(join(lock, 'owner'), 'utf8')
  } catch {
    return undefined
  }
}

const madeAt = lock => statSync(lock, { throwIfNoEntry: false })?.mtimeMs

/** Takes the lock folder. A lock whose owner died tells of an install that was killed: true then. */
async function takeLock(lock) {
  let killed = false
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'owner'), `${process.pid} ${startOf(process.pid)}`)
      return killed
    } catch (problem) {
      if (problem.code !== 'EEXIST') throw problem
    }
    const made = madeAt(lock)
    const owner = ownerOf(lock)
    const isOld = made !== undefined && Date.now() - made > 10_000
    try {
      if (owner === undefined ? isOld : !isAlive(owner)) {
        const aside = `${lock}.${process.pid}`
        renameSync(lock, aside)
        if (ownerOf(aside) === owner && madeAt(aside) === made) {
          rmSync(aside, { recursive: true, force: true })
          killed = true
        }
        // A faster waiter had put its own in the place of the dead one's.
        else renameSync(aside, lock)
        continue
      }
    } catch {
      continue // another waiter was faster
    }
    if (waited === 0) console.error('hauspost: waiting for another install to end')
    await sleep(100)
  }
}

function npmCi(root) {
  const npm = process.env.npm_execpath
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: systemPath() }
    const child = spawn(program, [...first, ...words], { cwd: root, env, stdio: ['ignore', 2, 2] })
    const stop = signal => () => {
      child.kill(signal)
      process.exit(1)
    }
    const stops = { SIGINT: stop('SIGINT'), SIGTERM: stop('SIGTERM') }
    for (const [signal, act] of Object.entries(stops)) process.on(signal, act)
    child.on('error', reject)
    child.on('exit', code => {
      for (const [signal, act] of Object.entries(stops)) process.off(signal, act)
      code === 0 ? resolve() : reject(new Error(`npm ci ended with ${code}`))
    })
  })
}

/** The one door: afterwards node_modules is whole, or the program has ended with the reason. */
export async function installIfNeeded(root, install = npmCi) {
  const lock = join(root, '.install-lock')
  if (isInstalled(root) && !existsSync(lock)) return
  const killed = await takeLock(lock)
  try {
    if (killed || !isInstalled(root)) {
      console.error('hauspost: installing packages (npm ci)')
      await install(root)
    }
    rmSync(lock, { recursive: true, force: true })
  } catch (problem) {
    // The lock stays until the next start finds its owner gone: that start installs afresh.
    console.error(`hauspost: ${problem.message}`)
    process.exit(1)
  }
}
