import { fail, ok } from '#base/result'
import { readText, readTexts } from '../arguments.ts'
import type { AdminNeeds, VariableAssignment, VariableOutcome } from '../needs.ts'
import type { Operation } from '../operation.ts'

export const listVariables: Operation = async (needs, given) => {
  const keys = readTexts(given, 'keys')
  return keys.ok ? needs.variables.list(keys.value) : keys
}

export const setVariables: Operation = async (needs, given) => {
  const layer = readText(given, 'layer')
  if (!layer.ok) return layer
  const assignments = given.assignments
  if (!isAssignments(assignments))
    return fail({ kind: 'usage', words: "'assignments' must be a list of keys with values" })
  const set = needs.variables.set(layer.value, assignments)
  if (!set.ok) return set
  needs.log('info', 'variables-set', { layer: layer.value, keys: set.value.map(each => each.key).join(' ') })
  return ok(await Promise.all(set.value.map((outcome, n) => withDoubt(needs, outcome, assignments[n]?.value))))
}

async function withDoubt(
  needs: AdminNeeds,
  outcome: VariableOutcome,
  value: string | undefined,
): Promise<VariableOutcome> {
  if (value === undefined || outcome.did === 'not-updated') return outcome
  const doubt = await needs.doubtSetting(outcome.key, value)
  return doubt === undefined ? outcome : { ...outcome, doubt }
}

export const unsetVariables: Operation = async (needs, given) => {
  const layer = readText(given, 'layer')
  const keys = readTexts(given, 'keys')
  if (!layer.ok) return layer
  if (!keys.ok) return keys
  const unset = needs.variables.unset(layer.value, keys.value)
  if (unset.ok) needs.log('info', 'variables-unset', { layer: layer.value, keys: keys.value.join(' ') })
  return unset
}

const isAssignments = (value: unknown): value is readonly VariableAssignment[] =>
  Array.isArray(value) &&
  value.length <= 1_000 &&
  value.every(
    each => typeof each?.key === 'string' && typeof each?.value === 'string' && typeof each?.onlyIfUnset === 'boolean',
  )
