import { once } from 'node:events'
import { spec as Spec } from 'node:test/reporters'

type TestEvent = { readonly type: string; readonly data: unknown }
type Outcome = {
  readonly name: string
  readonly file?: string
  readonly skip?: string | boolean
  readonly nesting: number
}

/** A reason that names a Debian package tells what is missing; where all are promised (CI), that is an error. */
const namesPackage = /\(Debian package [^)]+\)/

const summaryOf = (event: TestEvent): string | undefined => {
  if (event.type !== 'test:diagnostic') return undefined
  const { message, nesting, file } = event.data as { message: string; nesting: number; file?: string }
  return nesting === 0 &&
    file === undefined &&
    /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message)
    ? message
    : undefined
}

/** Node's own `spec` report, then what was skipped and why, and at the very end Node's summary. */
async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const spec = new Spec()
  const skipped = new Map<string, string[]>()
  const summary: string[] = []
  for await (const event of source) {
    const line = summaryOf(event)
    if (line !== undefined) {
      summary.push(line)
      continue
    }
    if (event.type === 'test:pass') note(event.data as Outcome, skipped)
    if (!spec.write(event)) {
      const pieces = drain(spec)
      if (pieces !== '') yield pieces
      else await once(spec, 'drain')
    }
    const pieces = drain(spec)
    if (pieces !== '') yield pieces
  }
  spec.end()
  for await (const piece of spec) yield String(piece)
  yield '\n'
  for (const [reason, names] of skipped) yield `skipped ${names.length}: ${reason}\n`
  const missing = [...skipped.keys()].filter(reason => namesPackage.test(reason))
  if (missing.length > 0 && process.env.CI === 'true') {
    yield `${missing.length} reasons to skip are missing packages, which CI must have\n`
    process.exitCode = 1
  }
  for (const line of summary) yield `ℹ ${line}\n`
}

function note(outcome: Outcome, skipped: Map<string, string[]>): void {
  if (outcome.skip === undefined || outcome.skip === false) return
  const reason =
    typeof outcome.skip === 'string' && outcome.skip !== '' ? outcome.skip : `no reason given (${outcome.name})`
  skipped.set(reason, [...(skipped.get(reason) ?? []), outcome.name])
}

function drain(spec: { read(): unknown }): string {
  let all = ''
  for (let piece = spec.read(); piece !== null; piece = spec.read()) all += String(piece)
  return all
}

// biome-ignore lint/style/noDefaultExport: Node's runner takes a reporter by its default export only
export default report
