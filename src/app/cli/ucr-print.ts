import type { VariableFact } from '#mail/admin'
import { fitForTerminal } from './fit-for-terminal.ts'
import type { Terminal } from './terminal.ts'

/** What holds: what is set, else what is preset. */
export const heldValue = (fact: VariableFact): string | undefined => fact.value ?? fact.preset

export type PrintForm = 'brief' | 'plain' | 'verbose' | 'shell' | 'keys' | 'json'

export function printFacts(terminal: Terminal, facts: readonly VariableFact[], form: PrintForm): void {
  if (form === 'json') terminal.print(JSON.stringify(facts))
  else if (facts.length > 0) terminal.print(facts.map(fact => factText(fact, form)).join('\n'))
}

function factText(fact: VariableFact, form: PrintForm): string {
  const value = heldValue(fact)
  const line = (scope: string): string =>
    `${fact.key}${scope}: ${value === undefined ? '<empty>' : fitForTerminal(value)}`
  switch (form) {
    case 'keys':
      return fact.key
    case 'shell':
      return `${shellName(fact.key)}=${shellQuoted(value ?? '')}`
    case 'plain':
      return `${line('')}\n ${fact.doc}\n`
    case 'verbose':
      return [
        line(` (${fact.layer ?? (fact.preset === undefined ? 'unset' : 'preset')})`),
        ` ${fact.doc}`,
        ` Value: ${fact.expects}`,
        ` Preset: ${fact.preset ?? '<empty>'}`,
        ` A change applies ${fact.applies}.`,
        ` Categories: ${fact.subject}`,
        '',
      ].join('\n')
    default:
      return line('')
  }
}

const shellName = (key: string): string => key.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_')

/** As `sh` reads it: nothing inside single quotes means anything but the quote itself. */
const shellQuoted = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
