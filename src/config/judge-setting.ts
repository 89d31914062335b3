import { fail, ok, type Result } from '#base/result'
import { findSetting, type Layer, layers, type Registry } from './layers.ts'
import { type AnyVariable, declares, type OptionalVariable, partOf, type Variable } from './variable.ts'
import { allVariables } from './variables/all.ts'

export const findVariable = (key: string): AnyVariable | undefined =>
  allVariables.find(declaration => declares(declaration, key))

export interface SettingFailure {
  readonly kind: 'unknown-key' | 'wrong-value'
  readonly words: string
}

/** May this key have this value? If not, the words say what would be right. */
export function judgeSetting(key: string, text: string): Result<AnyVariable, SettingFailure> {
  const found = knownVariable(key)
  if (!found.ok) return found
  if (/[\r\n\0]/.test(text) || text.length > 4096) {
    return fail({ kind: 'wrong-value', words: `${key}: a value is one line of at most 4096 characters` })
  }
  const parsed = found.value.kind.parse(text)
  if (parsed.ok) return ok(found.value)
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
  return fail({ kind: 'wrong-value', words: `${key}: '${shown}' is not allowed: ${parsed.failure}` })
}

export function knownVariable(key: string): Result<AnyVariable, SettingFailure> {
  const found = findVariable(key)
  if (found) return ok(found)
  const near = nearestKeys(key)
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : "; 'ucr search' lists all"
  return fail({ kind: 'unknown-key', words: `there is no variable '${key.slice(0, 200)}'${hint}` })
}

/** Every value in the files that could not have been set: by its layer, with words. */
export function findFaults(registry: Registry): readonly { readonly layer: Layer; readonly words: string }[] {
  return layers.flatMap(layer =>
    [...registry[layer]].flatMap(([key, text]) => {
      const judged = judgeSetting(key, text)
      return judged.ok ? [] : [{ layer, words: judged.failure.words }]
    }),
  )
}

/** The value that holds, typed. A text of a hand-edited file that cannot be read counts as unset. */
export function readVariable<T>(registry: Registry, declaration: OptionalVariable<T>): T | undefined
export function readVariable<T>(registry: Registry, declaration: Variable<T>): T
export function readVariable<T>(registry: Registry, declaration: Variable<T> | OptionalVariable<T>): T | undefined {
  const setting = findSetting(registry, declaration.key)
  if (!setting) return declaration.preset
  const parsed = declaration.kind.parse(setting.text)
  return parsed.ok ? parsed.value : declaration.preset
}

/** The members of a family that are set, by what stands for `<part>`, in lower case. */
export function readFamily<T>(registry: Registry, family: OptionalVariable<T>): ReadonlyMap<string, T> {
  const members = new Map<string, T>()
  for (const layer of layers.toReversed()) {
    for (const [key, text] of registry[layer]) {
      const part = partOf(family, key)
      const parsed = part === undefined ? undefined : family.kind.parse(text)
      if (part !== undefined && parsed?.ok) members.set(part.toLowerCase(), parsed.value)
    }
  }
  return members
}

/** At most three keys that look like this one, the most alike first. */
export function nearestKeys(key: string): readonly string[] {
  const wanted = key.slice(0, 100)
  return allVariables
    .map(declaration => ({ key: declaration.key, distance: distance(wanted, declaration.key) }))
    .filter(each => each.distance <= Math.max(2, Math.floor(wanted.length / 3)) || sameEnd(wanted, each.key))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(each => each.key)
}

const sameEnd = (a: string, b: string): boolean => a.length > 4 && (b.endsWith(`/${a}`) || b.startsWith(`${a}/`))

/** Levenshtein's: how many letters must change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
