import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder with test suites of others: `$HAUSPOST_SUITES`, or `../shared/suites` beside the project; often there is none. */
export function suitesFolder(): string | undefined {
  const folder = process.env.HAUSPOST_SUITES ?? fileURLToPath(new URL('../../../shared/suites', import.meta.url))
  return existsSync(folder) ? folder : undefined
}
