import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { indexRfcs } from './rfc-index.ts'
import type { SourceFile } from './source-files.ts'

/** A page that the code itself writes. */
type Page = { readonly path: string; readonly text: string }

async function renderVariables(root: string): Promise<Page[]> {
  const module = join(root, 'src/config/render-reference.ts')
  if (!existsSync(module)) return []
  const { renderReference } = (await import(pathToFileURL(module).href)) as { renderReference: () => string }
  return [{ path: 'docs/reference/variables.md', text: renderReference() }]
}

/**
 * Writes every generated page anew. A page that was not fresh is a breach where nothing may be left to
 * commit afterwards (`strict`, as in CI); elsewhere it is just written.
 */
export async function writeReference(root: string, files: readonly SourceFile[], strict: boolean): Promise<string[]> {
  const table = readFileSync(join(root, 'docs/rfc-status.tsv'), 'utf8')
  const { page, breaches } = indexRfcs(
    files.filter(file => file.path.startsWith('src/')),
    table,
  )
  const pages = [{ path: 'docs/reference/rfc.md', text: page }, ...(await renderVariables(root))]
  const stale = pages.filter(one => !isFresh(join(root, one.path), one.text))
  for (const one of stale) {
    mkdirSync(dirname(join(root, one.path)), { recursive: true })
    writeFileSync(join(root, one.path), one.text)
    if (!strict) console.log(`  written anew: ${one.path}`)
  }
  return [...breaches, ...(strict ? stale.map(one => `${one.path} was stale: run npm run check and commit it`) : [])]
}

const isFresh = (file: string, text: string): boolean => existsSync(file) && readFileSync(file, 'utf8') === text
