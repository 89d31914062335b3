import type { AnyVariable } from './variable.ts'
import { subjects } from './variables/all.ts'

const presetText = (declaration: AnyVariable): string => {
  if (declaration.preset === undefined) return 'unset'
  const text = declaration.kind.encode(declaration.preset)
  return text === '' ? 'empty' : `\`${text}\``
}

/** The text of `docs/reference/variables.md`. */
export function renderReference(): string {
  const sections = subjects.map(({ title, variables }) => {
    const entries = [...variables]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(
        each =>
          `### \`${each.key}\`\n\n${each.doc}\n\n- preset: ${presetText(each)}\n- value: ${each.kind.expects}\n- a change applies ${each.applies}\n`,
      )
    return `## ${title}\n\n${entries.join('\n')}`
  })
  return (
    '<!-- Generated from src/config/variables by tools/reference.ts; do not edit. -->\n' +
    '# Configuration variables\n\n' +
    'Set with `ucr set key=value`, read with `ucr get key`, listed with `ucr search`. ' +
    'Of several layers the strongest holds: `--set` of `hauspost serve`, `ucr set --force`, `--schedule`, `--ldap-policy`, plain `ucr set`.\n\n' +
    sections.join('\n')
  )
}
