import type { VariableFact } from '#mail/admin'
import { complainOf, usage } from './command.ts'
import { heldValue, printFacts } from './ucr-print.ts'
import type { UcrTask } from './ucr-task.ts'

/** `ucr search`: those whose key (or value, or anything) matches one of the expressions. */
export function searchCommand({ options, words, terminal, json }: UcrTask, facts: readonly VariableFact[]): number {
  const refuse = (text: string): number => complainOf(usage(text).failure, terminal, json, 'E: ')
  if (['key', 'value', 'all'].filter(options.has).length > 1) return refuse('at most one of --key, --value and --all')
  const expressions: RegExp[] = []
  for (const word of words) {
    try {
      expressions.push(new RegExp(word))
    } catch {
      return complainOf({ kind: 'failed', words: `'${word}' is no regular expression` }, terminal, json, 'E: ')
    }
  }
  const textsOf = (fact: VariableFact): readonly string[] => {
    const value = heldValue(fact) ?? ''
    if (options.has('value')) return [value]
    return options.has('all') ? [fact.key, value, fact.doc] : [fact.key]
  }
  const category = options.value('category')?.toLowerCase()
  const found = facts.filter(
    fact =>
      (expressions.length === 0 || expressions.some(each => textsOf(fact).some(text => each.test(text)))) &&
      (category === undefined || fact.subject.toLowerCase().includes(category)) &&
      (!options.has('non-empty') || heldValue(fact) !== undefined),
  )
  const form = json
    ? 'json'
    : options.has('keys-only')
      ? 'keys'
      : options.has('shell')
        ? 'shell'
        : options.has('brief')
          ? 'brief'
          : options.has('verbose')
            ? 'verbose'
            : 'plain'
  printFacts(terminal, found, form)
  return 0
}
