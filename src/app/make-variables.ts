import { fail, ok, type Result } from '#base/result'
import {
  declares,
  type FileLayer,
  fileLayers,
  findSetting,
  findVariable,
  judgeSetting,
  knownVariable,
  type Layer,
  type LayerChange,
  layers,
  type Registry,
  type SettingFailure,
  subjects,
} from '#config'
import type { AdminFailure, VariableFact, VariableOutcome, Variables } from '#mail/admin'
import type { LiveRegistry } from './registry-file.ts'

/** The registry as the operations of the administrator want it. */
export function makeVariables(registry: LiveRegistry): Variables {
  return {
    list(keys) {
      for (const key of keys) {
        const known = knownVariable(key)
        if (!known.ok) return fail(adminFailure(known.failure))
      }
      return ok(listFacts(registry.current(), keys))
    },
    set(layer, assignments) {
      if (!isFileLayer(layer)) return noSuchLayer(layer)
      const change: Record<string, string> = {}
      const outcomes: VariableOutcome[] = []
      for (const { key, value, onlyIfUnset } of assignments) {
        const judged = judgeSetting(key, value)
        if (!judged.ok) return fail(adminFailure(judged.failure))
        const before = change[key] ?? registry.current()[layer].get(key)
        const fate = { ...applicationOf(key), ...maskOf(registry.current(), layer, key) }
        if (before !== undefined && onlyIfUnset) {
          outcomes.push({ key, did: 'not-updated', ...fate })
          continue
        }
        change[key] = value
        outcomes.push({ key, did: before === undefined ? 'created' : 'set', ...fate })
      }
      return changed(registry, layer, change, outcomes)
    },
    unset(layer, keys) {
      if (!isFileLayer(layer)) return noSuchLayer(layer)
      const change: Record<string, undefined> = {}
      const outcomes: VariableOutcome[] = []
      for (const key of keys) {
        const known = knownVariable(key)
        if (!known.ok) return fail(adminFailure(known.failure))
        const there = registry.current()[layer].has(key)
        const fate = { ...applicationOf(key), ...maskOf(registry.current(), layer, key) }
        outcomes.push({ key, did: there ? 'unset' : 'was-unset', ...fate })
        if (there) change[key] = undefined
      }
      return changed(registry, layer, change, outcomes)
    },
  }
}

function changed(
  registry: LiveRegistry,
  layer: FileLayer,
  change: LayerChange,
  outcomes: readonly VariableOutcome[],
): Result<readonly VariableOutcome[], AdminFailure> {
  try {
    if (Object.keys(change).length > 0) registry.change(layer, change)
    return ok(outcomes)
  } catch (error) {
    return fail({ kind: 'failed', words: `the registry could not be written: ${(error as Error).message}` })
  }
}

const isFileLayer = (layer: string): layer is FileLayer => (fileLayers as readonly string[]).includes(layer)

const noSuchLayer = (layer: string) =>
  fail<AdminFailure>({ kind: 'usage', words: `there is no layer '${layer}': ${fileLayers.join(', ')}` })

const adminFailure = ({ kind, words }: SettingFailure): AdminFailure => ({
  kind: kind === 'unknown-key' ? 'not-found' : 'usage',
  words,
})

const applicationOf = (key: string): { readonly applies: string } => ({
  applies: findVariable(key)?.applies ?? 'at once',
})

/** The stronger layer that hides what this one says. */
function maskOf(registry: Registry, layer: Layer, key: string): { readonly maskedBy?: Layer } {
  const stronger = layers.slice(0, layers.indexOf(layer)).find(each => registry[each].has(key))
  return stronger === undefined ? {} : { maskedBy: stronger }
}

/** These variables, or every declared one and the members of families that are set; sorted by key. */
function listFacts(registry: Registry, wanted: readonly string[]): readonly VariableFact[] {
  const keys = new Set(wanted.length > 0 ? wanted : layers.flatMap(layer => [...registry[layer].keys()]))
  const all = wanted.length === 0
  if (all)
    for (const { variables } of subjects) for (const each of variables) if (!each.key.includes('<')) keys.add(each.key)
  return [...keys].sort().flatMap(key => {
    const declaration = findVariable(key)
    if (!declaration) return []
    const held = findSetting(registry, key)
    const subject = subjects.find(each => each.variables.some(one => declares(one, key)))
    return {
      key,
      ...(held === undefined ? {} : { value: held.text, layer: held.layer }),
      layers: layers.flatMap(layer => {
        const value = registry[layer].get(key)
        return value === undefined ? [] : [{ layer, value }]
      }),
      ...(declaration.preset === undefined ? {} : { preset: declaration.kind.encode(declaration.preset) }),
      kind: declaration.kind.name,
      expects: declaration.kind.expects,
      applies: declaration.applies,
      doc: declaration.doc,
      subject: subject?.title ?? '',
    }
  })
}
