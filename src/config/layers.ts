import { fail, ok, type Result } from '#base/result'

/** Strongest first. `command-line` is what `serve --set` said; it is in no file and ends with the server. */
export const layers = ['command-line', 'forced', 'schedule', 'ldap', 'normal'] as const
export type Layer = (typeof layers)[number]
export type FileLayer = Exclude<Layer, 'command-line'>
export const fileLayers: readonly FileLayer[] = ['forced', 'schedule', 'ldap', 'normal']

/** One state of all that is set. Never changed in place: a change makes a new one. */
export type Registry = Readonly<Record<Layer, ReadonlyMap<string, string>>>

export const emptyRegistry: Registry = {
  'command-line': new Map(),
  forced: new Map(),
  schedule: new Map(),
  ldap: new Map(),
  normal: new Map(),
}

export interface Setting {
  readonly layer: Layer
  readonly text: string
}

/** What holds for a key: the value of the strongest layer that has one. */
export function findSetting(registry: Registry, key: string): Setting | undefined {
  for (const layer of layers) {
    const text = registry[layer].get(key)
    if (text !== undefined) return { layer, text }
  }
  return undefined
}

/** `undefined` takes the key out of the layer. */
export type LayerChange = Readonly<Record<string, string | undefined>>

export function changeLayer(registry: Registry, layer: Layer, change: LayerChange): Registry {
  const values = new Map(registry[layer])
  for (const [key, text] of Object.entries(change)) {
    if (text === undefined) values.delete(key)
    else values.set(key, text)
  }
  return { ...registry, [layer]: values }
}

const headComment =
  '# hauspost configuration. Changed with `ucr set` and `ucr unset`; edits by hand hold from the next start or SIGHUP on; a change by ucr before that undoes them.'

export const encodeLayer = (values: ReadonlyMap<string, string>): string =>
  `${[headComment, ...[...values.keys()].sort().map(key => `${key}: ${values.get(key)}`)].join('\n')}\n`

/** `key: value` a line; lines that begin with # are comments. The failure names the line. */
export function parseLayer(text: string, maxLines: number): Result<ReadonlyMap<string, string>, string> {
  const values = new Map<string, string>()
  const lines = text.split('\n', maxLines + 1)
  if (lines.length > maxLines) return fail(`more than ${maxLines} lines`)
  for (const [place, raw] of lines.entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line.trim() === '' || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    if (colon < 1) return fail(`line ${place + 1}: expected 'key: value'`)
    const behind = line.slice(colon + 1)
    const key = line.slice(0, colon).trimEnd()
    if (values.has(key)) return fail(`line ${place + 1}: '${key.slice(0, 200)}' stands there twice`)
    values.set(key, behind.startsWith(' ') ? behind.slice(1) : behind)
  }
  return ok(values)
}
