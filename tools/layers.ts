import { findCycles } from './cycles.ts'
import { type Import, readImports } from './imports.ts'
import { isTest, type SourceFile } from './source-files.ts'

/** Which floors a floor may look down to. Its own is handled apart. */
const below: Readonly<Record<string, readonly string[]>> = {
  base: [],
  standards: ['base'],
  config: ['base', 'standards'],
  mail: ['base', 'standards'],
  adapters: ['base', 'standards', 'mail'],
  servers: ['base', 'standards', 'mail'],
  app: ['base', 'standards', 'mail', 'adapters', 'servers', 'config'],
}
const pure = ['base', 'standards', 'mail', 'config']

/** Where a file lives: `src/mail/queue/entry.ts` is on floor `mail`, in room `mail/queue`. */
type Place = { readonly floor: string; readonly room: string }

const hasRooms = ['standards', 'mail', 'adapters', 'servers']

/** The outermost folder with a door; rooms may lie together in a folder that has none (standards/mail-auth/spf). */
export function roomOf(path: string, doors: ReadonlySet<string>): string {
  const [, floor = '', ...rest] = path.split('/')
  if (!hasRooms.includes(floor)) return floor
  for (let depth = 1; depth < rest.length; depth++) {
    const room = [floor, ...rest.slice(0, depth)].join('/')
    if (doors.has(`src/${room}/index.ts`)) return room
  }
  return `${floor}/${rest[0]}`
}

function placeOf(path: string, doors: ReadonlySet<string>): Place {
  const [top = '', floor = ''] = path.split('/')
  return top === 'src' ? { floor, room: roomOf(path, doors) } : { floor: top, room: top }
}

/** The file behind a name that begins with `#` or `.`; undefined for a package or a part of Node. */
export function resolveImport(importer: string, from: string): string | undefined {
  if (from === '#config') return 'src/config/index.ts'
  const door = /^#(standards|mail|adapters|servers)\/(.+)$/.exec(from)
  if (door) return `src/${door[1]}/${door[2]}/index.ts`
  const single = /^#(base|app)\/(.+)$/.exec(from)
  if (single) return `src/${single[1]}/${single[2]}.ts`
  if (!from.startsWith('.')) return undefined
  const steps = importer.split('/').slice(0, -1)
  for (const step of from.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '.') steps.push(step)
  }
  return steps.join('/')
}

/** What is wrong with one import, or undefined. The rules of the stairs, docs/house.md §3. */
function judgeImport(importer: string, { from, typeOnly }: Import, doors: ReadonlySet<string>): string | undefined {
  const me = placeOf(importer, doors)
  const target = resolveImport(importer, from)
  if (target === undefined) {
    if (me.floor === 'web' || !importer.startsWith('src/')) return undefined
    if (pure.includes(me.floor)) return 'a pure floor knows neither Node nor packages'
    if (!from.startsWith('node:') && me.floor !== 'adapters') return 'packages live in adapters and web'
    return undefined
  }
  if (!importer.startsWith('src/') && me.floor !== 'web') return undefined
  if (isTest(target)) return 'nothing looks at tests'
  const there = placeOf(target, doors)
  if (me.floor === 'web') return there.floor === 'web' || typeOnly ? undefined : 'web takes only types from src'
  if (!target.startsWith('src/')) return 'src looks only at src'
  if (there.room === me.room) return from.startsWith('#') ? 'inside a room: ./file.ts' : undefined
  if (from.startsWith('.') || (hasRooms.includes(there.floor) && from !== `#${there.room}`))
    return 'another room is entered by its door'
  if (there.floor === me.floor) {
    if (pure.includes(me.floor) || there.room === 'servers/listener') return undefined
    return 'neighbours do not talk'
  }
  if (there.floor === 'config' && me.floor !== 'app') return 'only app opens config'
  if (!below[me.floor]?.includes(there.floor)) return 'imports only look down'
  if (there.floor === 'adapters' && !typeOnly && !/^src\/app\/wire(-[a-z-]+)?\.ts$/.test(importer))
    return 'only app/wire.ts constructs an adapter'
  return undefined
}

/** Every breach of the rules of the stairs, as `file: what`. */
export function judgeLayers(files: readonly SourceFile[]): string[] {
  const breaches: string[] = []
  const doors = new Set(files.map(file => file.path).filter(path => path.endsWith('/index.ts')))
  const fileEdges = new Map<string, Set<string>>()
  const roomEdges = new Map<string, Set<string>>()
  for (const file of files) {
    if (isTest(file.path)) continue
    for (const one of readImports(file.text)) {
      const { from } = one
      const breach = judgeImport(file.path, one, doors)
      if (breach) breaches.push(`${file.path}: '${from}': ${breach}`)
      const target = resolveImport(file.path, from)
      if (target === undefined) continue
      addEdge(fileEdges, file.path, target)
      const [mine, other] = [placeOf(file.path, doors).room, placeOf(target, doors).room]
      if (mine !== other) addEdge(roomEdges, mine, other)
    }
  }
  for (const [kind, edges] of [
    ['file', fileEdges],
    ['room', roomEdges],
  ] as const)
    for (const cycle of findCycles(edges)) breaches.push(`${kind}s in a cycle: ${cycle.join(' -> ')}`)
  return breaches
}

function addEdge(edges: Map<string, Set<string>>, from: string, to: string): void {
  const known = edges.get(from)
  if (known) known.add(to)
  else edges.set(from, new Set([to]))
}
