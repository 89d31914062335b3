/** What a file asks of others: where from, and whether only types. */
export type Import = { readonly from: string; readonly typeOnly: boolean }

const statement = /^[ \t]*(import|export)\b([^'"`;()]*?)\bfrom\s*['"]([^'"\n]+)['"]/gm
const bare = /^[ \t]*import\s*['"]([^'"\n]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]\s*[,)]/g
const comments = /\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm

/** The imports and re-exports of a file, read without a compiler: statements begin on a line of their own here. */
export function readImports(text: string): Import[] {
  const code = text.replace(comments, '')
  const found: Import[] = []
  for (const [, word, names, from] of code.matchAll(statement)) {
    if (word === 'export' && !/^\s*(type\s*)?(\*|\{)/.test(names ?? '')) continue
    found.push({ from: from ?? '', typeOnly: isTypeOnly(names ?? '') })
  }
  for (const [, from] of code.matchAll(bare)) found.push({ from: from ?? '', typeOnly: false })
  for (const [, from] of code.matchAll(dynamic)) found.push({ from: from ?? '', typeOnly: false })
  return found
}

function isTypeOnly(names: string): boolean {
  if (/^\s*type\b\s*[^\s,]/.test(names)) return true
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  return inner?.split(',').every(name => name.trim() === '' || /^\s*type\s/.test(name)) ?? false
}
