import { fitForTerminal } from './fit-for-terminal.ts'

export interface ObjectRow {
  readonly dn: string
  readonly properties: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** A `DN:` line, a line for each value, an empty line. */
export function objectText({ dn, properties }: ObjectRow, wanted: readonly string[]): string {
  const lines = Object.entries(properties)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .flatMap(([name, value]) => {
      const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
      return values.map(each => `  ${name}: ${fitForTerminal(each)}`)
    })
  return [`DN: ${dn}`, ...lines, ''].join('\n')
}
