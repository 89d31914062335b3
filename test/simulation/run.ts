// One life after the other. Arguments: seed, operations, planted fault.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../kit/random.ts'
import { installIndexEvents } from './index-events.ts'
import { installMachine, Machine, turnOn } from './machine.ts'
import { type Planted, planted } from './planted.ts'
import { World } from './world.ts'

const [firstSeed = '1', most = '10000', fault = ''] = process.argv.slice(2)
const perLife = 1_500
const realNow = process.hrtime.bigint
const faults: Planted = planted[fault] ?? {}
const home = mkdtempSync(join('/dev/shm', 'hauspost-simulation-'))
process.on('exit', () => rmSync(home, { recursive: true, force: true }))

let world: World | undefined
let machine: Machine | undefined
installMachine()
installIndexEvents(() => world?.refuses === true && machine?.chance(3) === 0)
faults.install?.()

const started = realNow()
let operations = 0
let crashes = 0
let hash = 0
for (let seed = Number(firstSeed); operations < Number(most); seed++) {
  const random = seededRandom(seed)
  const root = join(home, String(seed))
  mkdirSync(root)
  machine = new Machine(root, states => Math.floor(random() * states), faults.disk)
  turnOn(machine)
  world = new World(machine, faults.writer ?? {})
  const wanted = Math.min(perLife, Number(most) - operations)
  try {
    await world.live(wanted)
  } catch (problem) {
    const where = `seed ${seed}, operation ${world.operations}, crash ${world.crashes}`
    console.log(
      JSON.stringify({
        broken: String((problem as Error).message),
        where,
        operations: operations + world.operations,
        stack: (problem as Error).stack,
      }),
    )
    process.exit(1)
  }
  operations += world.operations
  crashes += world.crashes
  hash = (Math.imul(hash, 31) + machine.hash) >>> 0
  rmSync(root, { recursive: true })
}
const seconds = Number(realNow() - started) / 1e9
console.log(JSON.stringify({ operations, crashes, hash, seconds, rate: Math.round(operations / seconds) }))
process.exit(0)
